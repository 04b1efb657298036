#include "services/reading/moments.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"

namespace countersign {
namespace {

absl::StatusOr<absl::Time> RecordedAt(const storage::Journal& journal, uint64_t position) {
  absl::StatusOr<std::string> bytes = journal.ReadEntry(position);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::Entry> entry = storage::ParseEntry(*bytes);
  if (!entry.ok()) return entry.status();
  return absl::FromUnixMicros(entry->recorded_at_us());
}

// How many entries were recorded at or before an instant: times are strictly increasing.
absl::StatusOr<uint64_t> EntriesAt(const storage::Journal& journal, uint64_t size,
                                   absl::Time instant) {
  uint64_t known_before = 0;
  uint64_t unknown_until = size;
  while (known_before < unknown_until) {
    const uint64_t middle = known_before + (unknown_until - known_before) / 2;
    absl::StatusOr<absl::Time> recorded_at = RecordedAt(journal, middle);
    if (!recorded_at.ok()) return recorded_at.status();
    if (*recorded_at <= instant) {
      known_before = middle + 1;
    } else {
      unknown_until = middle;
    }
  }
  return known_before;
}

absl::StatusOr<Moment> AtInstant(const storage::Journal& journal, const Clock& clock, uint64_t size,
                                 absl::Time instant) {
  const absl::Time now = clock.Now();
  // Entries may be stamped ahead of the clock, because their times strictly increase.
  absl::Time settled = now - kMayBeInFlight;
  if (size > 0) {
    absl::StatusOr<absl::Time> last = RecordedAt(journal, size - 1);
    if (!last.ok()) return last.status();
    settled = std::max(settled, *last);
  }
  if (instant > settled) {
    return absl::OutOfRangeError(
        instant > now
            ? absl::StrCat("That moment is still to come; the journal has ", size, " entries.")
            : absl::StrCat("That moment is less than ", absl::FormatDuration(kMayBeInFlight),
                           " ago, and an entry of it may still be on its way. Ask for it then, or "
                           "as of ",
                           size, " entries, which is how things stand now."));
  }
  absl::StatusOr<uint64_t> entries = EntriesAt(journal, size, instant);
  if (!entries.ok()) return entries.status();
  return Moment{.before_position = *entries, .reflects = *entries, .at = instant};
}

absl::StatusOr<Moment> AfterEntries(const storage::Journal& journal, const Clock& clock,
                                    uint64_t size, uint64_t entries) {
  if (entries > size) {
    return absl::OutOfRangeError(absl::StrCat("The journal has only ", size, " entries."));
  }
  Moment moment{.before_position = entries, .reflects = entries, .at = clock.Now()};
  if (entries == 0) return moment;
  absl::StatusOr<absl::Time> recorded_at = RecordedAt(journal, entries - 1);
  if (!recorded_at.ok()) return recorded_at.status();
  moment.at = *recorded_at;
  return moment;
}

}  // namespace

absl::StatusOr<Moment> MomentOf(const storage::Journal& journal, const Clock& clock,
                                const v1::AsOf& as_of) {
  const uint64_t size = journal.head().size;
  switch (as_of.moment_case()) {
    case v1::AsOf::kPosition:
      return AfterEntries(journal, clock, size, as_of.position());
    case v1::AsOf::kInstant:
      return AtInstant(journal, clock, size,
                       absl::FromUnixSeconds(as_of.instant().seconds()) +
                           absl::Nanoseconds(as_of.instant().nanos()));
    case v1::AsOf::MOMENT_NOT_SET:
      break;
  }
  return Moment{.reflects = size, .at = clock.Now()};
}

absl::StatusOr<Moment> StartOfDay(const storage::Journal& journal, const Moment& moment,
                                  absl::TimeZone zone) {
  if (!moment.is_past()) return moment;
  const absl::Time midnight = absl::FromCivil(absl::ToCivilDay(moment.at, zone), zone);
  absl::StatusOr<uint64_t> entries = EntriesAt(journal, moment.reflects, midnight);
  if (!entries.ok()) return entries.status();
  return Moment{.before_position = *entries, .reflects = *entries, .at = midnight};
}

}  // namespace countersign
