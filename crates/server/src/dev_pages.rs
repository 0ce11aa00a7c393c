//! The pages of `poolhouse dev`: home and inbox.

use axum::Router;

use crate::app::App;

/// What the pages need beyond the server itself.
pub struct DevPages {}

impl DevPages {
    pub(crate) fn routes(self, _app: App) -> Router {
        Router::new()
    }
}
