//! The words that errors are known by.

use crate::Symptom;

/// Words of an error, in lower case and without white space.
pub(crate) struct Phrase {
    pub(crate) words: &'static str,
    pub(crate) says: Says,
}

/// What is done where the words are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// They are enough.
    This(Symptom),
    /// `Error: …` of an SSH server; counts with the lines of its block.
    SshDenied,
    /// As above, for a service that is not there.
    SshNoService,
    /// The line `Parameters:` of such a block, if its beginning is not in the text.
    Parameters,
    /// `you successfully authenticated, but …`.
    Greeting,
    /// A reason in the older wording, if its beginning is not in the text.
    Reason,
    /// `Permission denied (publickey…`.
    KeyRefused,
    /// A challenge of RFC 9470, in a header or a body.
    Challenge,
    /// The command line asks for another sign-in.
    Login,
    /// An error of OAuth outside of a body.
    OAuth,
}

const fn phrase(words: &'static str, says: Says) -> Phrase {
    Phrase { words, says }
}

/// Longer words first where one begins with the other.
pub(crate) const PHRASES: &[Phrase] = &[
    // SSH, current wording.
    phrase("error:accessdenied", Says::SshDenied),
    phrase(
        "error:theservicedoesn'texistoryoudonothaveaccesstoit",
        Says::SshNoService,
    ),
    phrase("parameters:{", Says::Parameters),
    // SSH, older wording.
    phrase("yousuccessfullyauthenticated,but", Says::Greeting),
    phrase("reason:accessrequiresmfa", Says::Reason),
    phrase("reason:servicedoesn'texist", Says::Reason),
    phrase("reason:servicenotfound", Says::Reason),
    // OpenSSH.
    phrase("permissiondenied(publickey", Says::KeyRefused),
    phrase(
        "hostkeyverificationfailed",
        Says::This(Symptom::HostKeyUnknown),
    ),
    phrase(
        "remotehostidentificationhaschanged",
        Says::This(Symptom::HostKeyChanged),
    ),
    phrase(
        "certificateinvalid:expired",
        Says::This(Symptom::CertificateExpired),
    ),
    phrase(
        "certificateinvalid:notyetvalid",
        Says::This(Symptom::ClockWrong),
    ),
    // The platforms' command lines about SSH.
    phrase(
        "accessrequiresmfa(multi-factorauthentication)",
        Says::This(Symptom::SshRequiresMfa),
    ),
    phrase(
        "mfaisnotyetenabledonyouraccount",
        Says::This(Symptom::SshRequiresMfa),
    ),
    phrase(
        "mfaiscurrentlyenabledonyouraccount,butreverificationisrequired",
        Says::This(Symptom::SshRequiresMfa),
    ),
    phrase(
        "ansshcertificateisrequired",
        Says::This(Symptom::CertificateRequired),
    ),
    phrase(
        "sshwasunabletoverifythehostkey",
        Says::This(Symptom::HostKeyUnknown),
    ),
    phrase(
        "upsun:commandnotfound",
        Says::This(Symptom::RenewalCommandMissing),
    ),
    phrase("upsun:notfound", Says::This(Symptom::RenewalCommandMissing)),
    phrase(
        "platform:commandnotfound",
        Says::This(Symptom::RenewalCommandMissing),
    ),
    phrase(
        "platform:notfound",
        Says::This(Symptom::RenewalCommandMissing),
    ),
    phrase(
        "commandnotfound:upsun",
        Says::This(Symptom::RenewalCommandMissing),
    ),
    phrase(
        "commandnotfound:platform",
        Says::This(Symptom::RenewalCommandMissing),
    ),
    // Another sign-in.
    phrase("insufficient_user_authentication", Says::Challenge),
    phrase(
        "theapitokenmayneedtobere-created",
        Says::This(Symptom::ApiTokenBeforeMfa),
    ),
    phrase("multi-factorauthentication(mfa)isrequired", Says::Login),
    phrase("singlesign-on(sso)isrequired", Says::Login),
    phrase("morerecentauthenticationisrequired", Says::Login),
    phrase("re-authenticationisrequired", Says::Login),
    phrase("pleaseloginbyrunning", Says::Login),
    // OAuth, and the command lines about it.
    phrase(
        "ssosessionhasexpired",
        Says::This(Symptom::SsoSessionExpired),
    ),
    phrase("theapitokenisinvalid", Says::This(Symptom::ApiTokenInvalid)),
    phrase(
        "yoursessionhasexpired.youhavebeenloggedout",
        Says::This(Symptom::SessionEnded),
    ),
    phrase("invalid_grant", Says::OAuth),
    phrase("request_unauthorized", Says::OAuth),
    phrase("error=access_denied", Says::OAuth),
    phrase("error=consent_required", Says::OAuth),
    // HTTP, as curl, servers and libraries write it.
    phrase("http/1.1429", Says::This(Symptom::TooManyRequests)),
    phrase("http/2429", Says::This(Symptom::TooManyRequests)),
    phrase("429toomanyrequests", Says::This(Symptom::TooManyRequests)),
    // Clocks.
    phrase("certificateisnotyetvalid", Says::This(Symptom::ClockWrong)),
    phrase("tokenusedbeforeissued", Says::This(Symptom::ClockWrong)),
    phrase("tokenisnotyetvalid", Says::This(Symptom::ClockWrong)),
    phrase("issuedinthefuture", Says::This(Symptom::ClockWrong)),
    phrase("clockskewtoogreat", Says::This(Symptom::ClockWrong)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_they_are_looked_for() {
        for Phrase { words, .. } in PHRASES {
            assert!(!words.contains(char::is_whitespace), "{words}");
            assert_eq!(words.to_ascii_lowercase(), *words);
        }
    }
}
