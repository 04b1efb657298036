// Where the parts of a deployment lie in its data folder. PERSISTENT.
#ifndef COUNTERSIGN_SERVICES_DEPLOYMENT_H_
#define COUNTERSIGN_SERVICES_DEPLOYMENT_H_

#include <string>

namespace countersign {

inline std::string JournalFolder(const std::string& data) { return data + "/journal"; }
inline std::string KeyringFolder(const std::string& data) { return data + "/keyring"; }
inline std::string ViewsFolder(const std::string& data) { return data + "/views"; }
// The keys that sign the journal's heads (storage/signing/log_keys.h).
inline std::string LogKeysFolder(const std::string& data) { return data + "/log-keys"; }
// Where the anchor lies unless the operator names another path, best on another disk.
inline std::string DefaultAnchor(const std::string& data) { return data + "/anchor/last-signed"; }

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_DEPLOYMENT_H_
