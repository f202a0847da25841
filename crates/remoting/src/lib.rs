//! RocketMQ's wire: bytes in, values out. No I/O, no async, no clock, no logging.
