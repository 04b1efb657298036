// Roles and divisions by the names that the command line gives them.

#ifndef COUNTERSIGN_CLIENTS_CLI_CHAPTERS_ROLES_H_
#define COUNTERSIGN_CLIENTS_CLI_CHAPTERS_ROLES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/command.h"
#include "clients/cli/session.h"
#include "countersign/v1/cards.pb.h"
#include "countersign/v1/command.pb.h"
#include "countersign/v1/facts.pb.h"

namespace countersign::cli {

// PERSON ROLE, as granting and ending a role take them.
std::vector<Parameter> RoleParameters();

// PERSON ROLE --from --until, as granting a role takes them.
std::vector<Parameter> GrantParameters();

// Fills the intent of granting or ending a role: both have the same two fields. The failures of
// ResolvePerson().
template <typename Intent>
absl::Status FillRole(Session& session, const Arguments& arguments, Intent& intent);

// FillRole(), and the days on which the role counts, where they were given.
absl::Status FillGrant(Session& session, const Arguments& arguments, v1::GrantRole& intent);

extern template absl::Status FillRole(Session&, const Arguments&, v1::GrantRole&);
extern template absl::Status FillRole(Session&, const Arguments&, v1::EndRole&);

// A role in words, such as "training lead".
std::string RoleWords(v1::Role role);

// Writes one line for each role: what, who by name where the caller may see the person, else by id,
// and on which days where it has any.
void WriteRoles(Session& session, const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_CHAPTERS_ROLES_H_
