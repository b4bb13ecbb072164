//! The REST API, as far as sign-in security goes.

mod body;
mod caller;
mod enforcement;
mod failure;
mod members;
mod organizations;
mod paging;
mod references;
mod reminders;
mod totp;
mod users;

pub(crate) use body::JsonBody;
pub(crate) use caller::Caller;
pub(crate) use enforcement::{disable_enforcement, enable_enforcement, enforcement};
pub(crate) use failure::{Failure, Problem};
pub(crate) use members::members;
pub(crate) use organizations::{addons, organization, organizations};
pub(crate) use references::references;
pub(crate) use reminders::remind;
pub(crate) use totp::{
    confirm_totp, propose_totp, qr_code, recreate_codes, setup_uri, withdraw_totp,
};
pub(crate) use users::{account, api_tokens, connections, me, user};
