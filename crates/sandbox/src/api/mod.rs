//! The REST API, as far as sign-in security goes.

mod addons;
mod body;
mod caller;
mod connections;
mod enforcement;
mod failure;
mod members;
mod organizations;
mod paging;
mod phone;
mod references;
mod reminders;
mod ssh_keys;
mod tokens;
mod totp;
mod users;

pub(crate) use addons::{addons, change_addons};
pub(crate) use body::JsonBody;
pub(crate) use caller::Caller;
pub(crate) use connections::{connection, connections, disconnect};
pub(crate) use enforcement::{disable_enforcement, enable_enforcement, enforcement};
pub(crate) use failure::{Challenge, Failure, Problem};
pub(crate) use members::{member, members};
pub(crate) use organizations::{all_organizations, organization, organizations};
pub(crate) use phone::{confirm_phone, phone_needed, verify_phone};
pub(crate) use references::references;
pub(crate) use reminders::remind;
pub(crate) use ssh_keys::{create_ssh_key, delete_ssh_key, ssh_key};
pub(crate) use tokens::{api_token, api_tokens, create_api_token, delete_api_token};
pub(crate) use totp::{
    confirm_totp, propose_totp, qr_code, recreate_codes, setup_uri, withdraw_totp,
};
pub(crate) use users::{account, me, user};
