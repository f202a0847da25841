//! Behaviour of meta, over the disk seam.
