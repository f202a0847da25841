//! RocketMQ's rules over the store, and the doors that clients come through.
