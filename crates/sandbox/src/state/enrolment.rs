//! Turning MFA on and off for one user: the rules behind both the API and the pages.

use super::{Data, Factor, Proposal, SetupKey};
use crate::{clock::UnixSeconds, ids::UserId};

/// Why an enrolment was not confirmed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ConfirmRefused {
    /// MFA is on already.
    AlreadyEnrolled,
    /// The set-up key was not proposed to this user within the last hour.
    NotProposed,
    /// Not a code of this key near this time.
    WrongCode,
    /// The system gave no random bytes for recovery codes.
    Random,
}

impl Data {
    /// Proposes a new set-up key. `None` if MFA is on already.
    pub(crate) fn propose(
        &mut self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Option<String>, getrandom::Error> {
        if self.factors.contains_key(&user) {
            return Ok(None);
        }
        let key = SetupKey::generate()?;
        let text = key.expose().to_owned();
        Proposal::remember(self.proposals.entry(user).or_default(), key, now);
        Ok(Some(text))
    }

    /// Turns MFA on, if the code proves that the user's authenticator has the proposed key.
    /// Gives the recovery codes. The code does not count again at sign-in.
    pub(crate) fn confirm(
        &mut self,
        user: UserId,
        key: &str,
        passcode: &str,
        now: UnixSeconds,
    ) -> Result<Vec<String>, ConfirmRefused> {
        if self.factors.contains_key(&user) {
            return Err(ConfirmRefused::AlreadyEnrolled);
        }
        let proposals = self.proposals.get(&user).map_or(&[][..], Vec::as_slice);
        let key = Proposal::find(proposals, key, now).ok_or(ConfirmRefused::NotProposed)?;
        let step = key
            .step_of(passcode, now)
            .ok_or(ConfirmRefused::WrongCode)?;
        let mut factor = Factor::enrolled(SetupKey::new(key.expose()), now).confirmed_by(step);
        let codes = factor
            .recreate_recovery_codes(&self.key, user)
            .map_err(|_| ConfirmRefused::Random)?;
        self.factors.insert(user, factor);
        self.proposals.remove(&user);
        Ok(codes)
    }

    /// Turns MFA off. `false` if it was not on.
    pub(crate) fn withdraw(&mut self, user: UserId) -> bool {
        self.factors.remove(&user).is_some()
    }

    /// Replaces the recovery codes. `None` if MFA is off.
    pub(crate) fn recreate_recovery_codes(
        &mut self,
        user: UserId,
    ) -> Result<Option<Vec<String>>, getrandom::Error> {
        match self.factors.get_mut(&user) {
            Some(factor) => factor.recreate_recovery_codes(&self.key, user).map(Some),
            None => Ok(None),
        }
    }
}
