//! What an operator can do, for any cluster. No HTML, no HTTP.
//!
//! ```text
//! Console ── context(cluster, actor) ──► Context ── may(action, resource) ──► Allowed ── one call per page ──► plain data
//! ```
//! Every answer begins with [`Context::may`]; every change goes through [`audit`]. `None` in an answer is "not known",
//! never 0. One module per page: its question, its answer, and how the answer is made; `cluster` is what all of them
//! stand on. What a call may read is bounded by `limits`.

pub mod access;
pub mod audit;
mod cluster;
mod cursor;
pub mod error;
pub mod find;
pub mod limits;
pub mod message;
pub mod messages;
pub mod overview;
pub mod page;
pub mod send;
mod snapshot;
pub mod topic;
pub mod topics;

pub use access::{Action, Actor, Allowed, Context, Resource};
pub use error::ConsoleError;
pub use page::{Page, Total};

use std::sync::Arc;

use cluster::Attached;
use cluster::embedded::Embedded;

/// Name of the embedded cluster in URLs.
const LOCAL: &str = "local";

/// The console of this process: the clusters it knows.
#[derive(Clone)]
pub struct Console {
    local: Arc<Attached>,
}

impl Console {
    #[must_use]
    pub fn new(broker: broker::Broker) -> Self {
        Self {
            local: Arc::new(Attached::new(LOCAL, Box::new(Embedded::new(broker)))),
        }
    }

    /// The cluster of a path that names none.
    #[must_use]
    pub fn default_cluster(&self) -> &str {
        self.local.name
    }

    /// Who asks, of which cluster.
    pub fn context(&self, cluster: &str, actor: Actor) -> Result<Context, ConsoleError> {
        if cluster != self.local.name {
            return Err(ConsoleError::UnknownCluster {
                name: error::excerpt(cluster),
            });
        }
        Ok(Context::new(self.local.clone(), actor))
    }
}
