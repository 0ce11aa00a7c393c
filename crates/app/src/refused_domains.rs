//! The file with the domains that no mail goes to.

use std::path::Path;

use poolhouse_domain::budget::BudgetPolicy;
use poolhouse_domain::email::DomainList;

use crate::failure::Failure;
use crate::files;

/// Reads it, if the settings in `folder` name one.
pub(crate) fn read(budgets: &BudgetPolicy, folder: &Path) -> Result<DomainList, Failure> {
    let Some(file) = &budgets.refused_domains_file else {
        return Ok(DomainList::default());
    };
    let path = folder.join(file);
    let text = files::read_text(&path)?;
    DomainList::parse(&text).map_err(|wrong| {
        Failure::new(format!(
            "{}:{}: expected a domain, such as mailinator.com",
            path.display(),
            wrong.line
        ))
    })
}
