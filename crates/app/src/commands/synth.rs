//! `poolhouse synth`: the definition as AWS would have it.

use crate::cli::Read;
use crate::failure::Failure;
use crate::project::Project;
use crate::terminal;

/// Prints the CloudFormation template; equal definitions give equal bytes.
pub(crate) fn run(args: &Read) -> Result<(), Failure> {
    let definition = Project::find(&args.dir)?.read(&args.deployment())?;
    terminal::remarks(&definition);
    terminal::print(&definition.template());
    Ok(())
}
