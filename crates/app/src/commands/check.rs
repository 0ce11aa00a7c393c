//! `poolhouse check`: the definition as it was understood.

use poolhouse_define_auth::report::Report;

use crate::cli::Check;
use crate::failure::Failure;
use crate::project::Project;
use crate::served::missing;
use crate::terminal;

/// Prints what the definition means.
pub(crate) fn run(args: &Check) -> Result<(), Failure> {
    let definition = Project::find(&args.read.dir)?.read(&args.read.deployment())?;
    // What is not served stands in the report.
    terminal::oddities(&definition);
    let report = Report::new(&definition, &missing(&definition));
    if args.json {
        let json = serde_json::to_string_pretty(&report)
            .map_err(|error| Failure::caused("cannot write JSON", &error))?;
        terminal::print(&json);
    } else {
        let colour = terminal::colours(&std::io::stdout());
        terminal::print(report.table(colour, terminal::width()).trim_end());
    }
    Ok(())
}
