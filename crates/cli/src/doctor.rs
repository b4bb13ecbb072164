//! `fob doctor`: what an error of a platform means, what is known of the account, and what to do.

mod command;
mod fix;
mod live;
mod report;
mod text;

use crate::args::{DoctorArgs, Global};
use crate::error::CommandError;
use crate::input::can_confirm;
use crate::output::{Outcome, Output};
use live::Live;
use report::Doctor;

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &DoctorArgs,
) -> Result<Outcome, CommandError> {
    // What opens the vault is the first line of standard input, and the text comes behind it.
    let opening = live::Opening::choose(global, args)?;
    let text = text::read(args.file.as_deref())?;
    if args.fix && !args.yes && args.file.is_some() {
        can_confirm(args.yes)?;
    }
    let diagnosis = deskfob_doctor::diagnose(&text.text);
    if diagnosis.findings.is_empty() {
        out.show(&Doctor::of(&diagnosis, &text, &Live::not_asked()))?;
        return Ok(Outcome::Partly);
    }
    live::with(
        global,
        args,
        opening,
        &diagnosis.findings,
        async |desk, live| {
            let doctor = Doctor::of(&diagnosis, &text, &live);
            out.show(&doctor)?;
            match (args.fix, desk) {
                (true, Some(desk)) => {
                    fix::first(out, desk, &live, doctor.first_remedy(), args).await
                }
                _ => Ok(Outcome::Done),
            }
        },
    )
    .await
}
