// How an export is spelled (export.h): what its writer and its reader share. PERSISTENT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace countersign::storage {

inline constexpr std::string_view kExportMagic = "countersign export v1\n";
// Bits of the flags.
inline constexpr uint8_t kExportHasPayloads = 1;

enum class ExportedPayload : uint8_t { kErased = 0, kHere = 1, kWithheld = 2 };

}  // namespace countersign::storage
