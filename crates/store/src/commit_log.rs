//! Commit log: segments in a row, read by log offset. The only source of truth for messages.
//!
//! Who writes is `append`, who flushes is `flush`, who finds out where the log ends is `recovery`; this file knows which
//! bytes lie where, and hands out none that fail their check.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use remoting::record::Record;
use remoting::types::LogOffset;

use crate::env::Disk;
use crate::error::StoreError;
use crate::frame::{self, HEADER_LEN, Header, Kind};
use crate::segment::{self, Segment};

mod ahead;
mod hot_tail;

pub(crate) use ahead::Ahead;
use hot_tail::HotTail;

#[derive(Debug)]
pub(crate) struct CommitLog {
    dir: PathBuf,
    disk: Arc<dyn Disk>,
    segment_len: u64,
    /// In order; replaced as a whole when one comes or goes, so that readers hold the lock for a clone of one `Arc`.
    segments: RwLock<Vec<Arc<Segment>>>,
    /// The next segment, made ahead of need.
    prepared: Mutex<Option<Segment>>,
    hot: HotTail,
}

/// One segment as shown to operators.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentInfo {
    pub base: LogOffset,
    pub len: u64,
    pub file: PathBuf,
}

impl From<&Segment> for SegmentInfo {
    fn from(segment: &Segment) -> Self {
        Self {
            base: LogOffset(segment.base),
            len: segment.len,
            file: segment.path.clone(),
        }
    }
}

impl CommitLog {
    /// Opens what is there. Segments that were never finished are removed.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        dir: PathBuf,
        segment_len: u64,
    ) -> Result<Self, StoreError> {
        disk.create_dir_all(&dir)
            .map_err(StoreError::io("create", &dir))?;
        let mut segments = Vec::new();
        for name in disk.list(&dir).map_err(StoreError::io("list", &dir))? {
            if name.ends_with(segment::UNFINISHED_SUFFIX) {
                let path = dir.join(&name);
                disk.remove(&path)
                    .map_err(StoreError::io("remove", &path))?;
            } else if let Some(base) = segment::base_of(&name) {
                segments.push(Arc::new(Segment::open(&*disk, &dir, base)?));
            }
        }
        segments.sort_by_key(|s| s.base);
        let hot = HotTail::new();
        Ok(Self {
            dir,
            disk,
            segment_len,
            segments: RwLock::new(segments),
            prepared: Mutex::new(None),
            hot,
        })
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn all(&self) -> Vec<Arc<Segment>> {
        self.segments
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn segments(&self) -> Vec<SegmentInfo> {
        self.all().iter().map(|s| SegmentInfo::from(&**s)).collect()
    }

    pub(crate) fn segment_at(&self, at: u64) -> Option<Arc<Segment>> {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let behind = segments.partition_point(|s| s.base <= at);
        segments[..behind].last().filter(|s| s.holds(at)).cloned()
    }

    /// The first byte that is kept.
    pub(crate) fn start(&self) -> Option<u64> {
        self.segments
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .first()
            .map(|s| s.base)
    }

    /// Appends the record at `at` to `out`: from memory, or from the segment with its checksum checked.
    pub(crate) fn read_into(
        &self,
        at: LogOffset,
        len: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        if self.hot.read(at.0, len as usize, out) {
            return Ok(());
        }
        let segment = self.segment_at(at.0).ok_or(StoreError::Gone { at })?;
        let Some(frame_at) = frame::frame_at(at).filter(|from| segment.holds(*from)) else {
            return Err(segment.corrupt(at.0, "no record can start here"));
        };
        let start = out.len();
        out.resize(start + frame::frame_len(u64::from(len)) as usize, 0);
        let checked = segment.read(&mut out[start..], frame_at).and_then(|()| {
            check_record(&out[start..], at)
                .map(drop)
                .map_err(|rule| segment.corrupt(frame_at, rule))
        });
        if checked.is_ok() {
            out.copy_within(start + HEADER_LEN..start + HEADER_LEN + len as usize, start);
        }
        out.truncate(if checked.is_ok() {
            start + len as usize
        } else {
            start
        });
        checked
    }

    /// The record at `at`, of which nothing is known: `None` when no record starts there.
    pub(crate) fn record(&self, at: LogOffset) -> Result<Option<Bytes>, StoreError> {
        let Some(frame_at) = frame::frame_at(at) else {
            return Ok(None);
        };
        let Some(segment) = self.segment_at(frame_at) else {
            return Ok(None);
        };
        if segment.end() - frame_at < HEADER_LEN as u64 {
            return Ok(None);
        }
        let mut header = [0; HEADER_LEN];
        segment.read(&mut header, frame_at)?;
        let Ok(header) = Header::parse(&header) else {
            return Ok(None);
        };
        let fits = u64::from(header.length) <= segment.end() - frame_at;
        if header.kind != Kind::Record || !fits || header.stamp.durable_upto > frame_at {
            return Ok(None);
        }
        let mut frame = vec![0; header.length as usize];
        segment.read(&mut frame, frame_at)?;
        let record = check_record(&frame, at).map_err(|rule| segment.corrupt(frame_at, rule))?;
        let len = record.bytes().len();
        Ok(Some(Bytes::from(frame).slice(HEADER_LEN..HEADER_LEN + len)))
    }

    /// When the first record of the segment at `base` was stored; `None` when it holds none yet.
    pub(crate) fn first_store_time(&self, base: LogOffset) -> Option<i64> {
        let segment = self.segment_at(base.0)?;
        if let Some(time) = segment.first_time.get() {
            return Some(*time);
        }
        let record = self.record(frame::record_at(segment.base)).ok()??;
        let time = Record::parse(&record).ok()?.store_time();
        Some(*segment.first_time.get_or_init(|| time))
    }

    /// Keeps a copy of what was just written.
    pub(crate) fn keep_hot(&self, at: u64, data: &[u8]) {
        self.hot.write(at, data);
    }

    /// Makes the segment at `base` ahead of need. Called beside appends, so that none waits for it.
    pub(crate) fn prepare(&self, base: u64) -> Result<(), StoreError> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.as_ref().is_none_or(|s| s.base != base) && self.segment_at(base).is_none() {
            *prepared = Some(Segment::create(
                &*self.disk,
                &self.dir,
                base,
                self.segment_len,
            )?);
        }
        Ok(())
    }

    /// Adds the segment at `base`, which is where the log goes on.
    pub(crate) fn extend(&self, base: u64) -> Result<Arc<Segment>, StoreError> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let segment = match prepared.take().filter(|s| s.base == base) {
            Some(segment) => segment,
            None => Segment::create(&*self.disk, &self.dir, base, self.segment_len)?,
        };
        let segment = Arc::new(segment);
        self.segments
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&segment));
        Ok(segment)
    }

    /// Puts everything in `from..to` on the device.
    pub(crate) fn sync(&self, from: u64, to: u64) -> Result<(), StoreError> {
        for segment in self.all().iter().filter(|s| s.base < to && s.end() > from) {
            segment
                .file
                .sync()
                .map_err(StoreError::io("sync", &segment.path))?;
        }
        Ok(())
    }

    /// Removes the segments that end at or before `start`.
    pub(crate) fn remove_before(&self, start: LogOffset) -> Result<(), StoreError> {
        self.remove_if(|s| s.end() <= start.0)
    }

    /// Removes the segments that start behind `end`: recovery found that the log does not reach them.
    pub(crate) fn remove_after(&self, end: u64) -> Result<(), StoreError> {
        self.remove_if(|s| s.base > end)
    }

    fn remove_if(&self, gone: impl Fn(&Segment) -> bool) -> Result<(), StoreError> {
        let mut removed = Vec::new();
        let mut segments = self
            .segments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        segments.retain(|s| {
            let goes = gone(s);
            if goes {
                removed.push(Arc::clone(s));
            }
            !goes
        });
        drop(segments);
        for segment in &removed {
            self.disk
                .remove(&segment.path)
                .map_err(StoreError::io("remove", &segment.path))?;
        }
        if !removed.is_empty() {
            self.disk
                .sync_dir(&self.dir)
                .map_err(StoreError::io("sync directory", &self.dir))?;
        }
        Ok(())
    }
}

/// The record in `frame`, if every rule about both holds.
pub(crate) fn check_record(frame: &[u8], at: LogOffset) -> Result<Record<'_>, &'static str> {
    let header = frame
        .first_chunk::<HEADER_LEN>()
        .ok_or("frame is cut off")?;
    let header = Header::parse(header)?;
    if header.kind != Kind::Record {
        return Err("no record is here");
    }
    header.check(frame)?;
    let (record, _) =
        Record::parse_prefix(&frame[HEADER_LEN..]).map_err(|_| "not a message record")?;
    if record.log_offset() != at {
        return Err("record says it lies elsewhere");
    }
    Ok(record)
}
