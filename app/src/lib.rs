//! The console: pages, islands, components, server functions.
