//! Errors as the platforms write them.
#![allow(dead_code, unreachable_pub, reason = "shared by tests")]

use deskfob_doctor::Asked;

/// As the platform documents it, for a made-up user.
pub const ACCESS_DENIED: &str = "Error: Access denied\n\
    Service: abcdefg123456-main-bvxea6i--app\n\
    User: ada (497f6eca-6276-4993-bfeb-53cbbbba6f08)\n\
    Parameters: {\"amr\":[\"mfa\",\"sso:acme\"]}\n\
    Detail: Additional authentication is required:\n\
    \t - Multi-factor authentication (MFA)\n\
    \t - Single sign-on (SSO), provider: \"acme\"";

/// As the platform documents it, for a made-up user.
pub const NO_SERVICE: &str = "Error: The service doesn't exist or you do not have access to it.\n\
    Service: abcdefg123456-main-bvxea6i--app\n\
    User: ada (497f6eca-6276-4993-bfeb-53cbbbba6f08)";

/// The older wording, wrapped as its documents show it.
pub const OLD_MFA: &str = "to Hello user-test (UUID: abaacca12-5cd1-4b123-9096-411add578998), you successfully\n\
    authenticated, but could not connect to service abcdef7uyxabce-master-7rqtabc--mymagento@ssh.us-3.magento.cloud:>\n\
    (reason: access requires MFA)";

/// The older wording, with what OpenSSH says behind it.
pub const OLD_NO_SERVICE: &str = "Hello user-test (UUID: abaacca12-5cd1-4b123-9096-411add578998), you successfully authenticated, but could not connect to service oh2wi6klp5ytk-mc-35985-integration-nnulm4a--mymagento (reason: service doesn't exist or you do not have access to it)\n\
    oh2wi6klp5ytk-mc-35985-integration-nnulm4a--mymagento@ssh.eu-3.magento.cloud: Permission denied (publickey).";

pub fn asked(amr: &[&str], max_age: Option<u64>) -> Asked {
    Asked {
        amr: amr.iter().map(|&method| method.to_owned()).collect(),
        max_age,
    }
}
