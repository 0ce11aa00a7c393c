//! `poolhouse init`: a definition to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};

use crate::cli::Init;
use crate::failure::Failure;
use crate::project::shown;
use crate::terminal;

const STARTER: &str = "\
import { defineAuth } from '@aws-amplify/backend';

export const auth = defineAuth({
  loginWith: {
    email: {
      otpLogin: true, // sign in with a code by e-mail
    },
  },
});
";

/// Writes the starter, unless there is a definition already.
pub(crate) fn run(args: &Init) -> Result<(), Failure> {
    let folder = args.dir.join("amplify/auth");
    fs::create_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))?;
    let path = folder.join("resource.ts");
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                Failure::new(format!(
                    "{} is there already: it was left as it is",
                    shown(&path)
                ))
            } else {
                Failure::io(&path, &error)
            }
        })?;
    file.write_all(STARTER.as_bytes())
        .map_err(|error| Failure::io(&path, &error))?;
    terminal::print(&format!(
        "wrote {}; now: poolhouse dev {}",
        shown(&path),
        args.dir.display()
    ));
    Ok(())
}
