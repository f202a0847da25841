//! Table: the English words.

use super::{
    Common, Errors, Find, Kinds, Message, Messages, Overview, Rules, Topic, Topics, Units, Words,
};
use crate::format::exact;

pub(super) const WORDS: Words = Words {
    home: "Gantry, home",
    skip_to_content: "Skip to content",
    navigation: "Main",
    overview: "Overview",
    topics: "Topics",
    messages: "Messages",
    menu: "Menu",
    local_cluster: "Local",
    search: "Find",
    find_label: "Paste anything to find it",
    find_placeholder: "Paste anything: message ID, business key, topic, group",
    theme_dark: "Switch to the dark theme",
    theme_light: "Switch to the light theme",
    language: "Language",
    collapse_navigation: "Collapse navigation",
    expand_navigation: "Expand navigation",
    language_short: "EN",
    not_found: "Not found",
    not_found_page: "There is no page at this address.",
    failed: "The page could not be built",
    not_taken: "The request was not accepted",
    back_to_overview: "Go to the overview",
    common: Common {
        unknown: "unknown",
        unknown_why: "The broker has no figure for this yet",
        previous: "Previous",
        next: |count| format!("Next {count}"),
        page_of: |first, last, total| {
            format!("{} to {} of {}", exact(first), exact(last), exact(total))
        },
        back_to: |parent| format!("Back to {parent}"),
        cancel: "Cancel",
        ago: |span| format!("{span} ago"),
        in_future: |span| format!("in {span}"),
        just_now: "just now",
        topic: "Topic",
        queue: "Queue",
        offset: "Offset",
        tag: "Tag",
        key: "Key",
        keys: "Keys",
        group: "Group",
        size: "Size",
        stored: "Stored",
        severity_bad: "Error",
        severity_info: "Note",
        severity_good: "Done",
        fact: "fact",
        inferred: "inferred",
        minute_unit: "/min",
        units: Units {
            ms: "ms",
            second: "s",
            minute: "m",
            minute_long: "min",
            hour: "h",
            day: "d",
        },
        kinds: Kinds {
            normal: "Normal",
            ordered: "Ordered",
            delayed: "Delayed",
            transaction: "Transaction",
            mixed: "Mixed",
            untyped: "Untyped",
        },
    },
    errors: Errors {
        find_it: "Find it anywhere",
        form_too_long: |max| format!("The form is too long: this page takes {max} at most."),
        at_field: |field, why| format!("{field}: {why}"),
        no_such_cluster: |name| {
            format!("There is no cluster {name}. This console serves the cluster local.")
        },
        no_such_topic: |name| format!("There is no topic {name}."),
        no_such_topic_hint: "It may have been deleted, or the name is spelt differently: case counts. The list of topics has a filter.",
        no_such_message: |id| format!("No message has the id {id}."),
        no_such_message_hint: "Searched: the commit log at the place that the id names, and the index of client's ids in all topics. The message may be older than what is kept, or come from another cluster.",
        no_such_queue: |name| format!("The topic has no queue {name}."),
        forbidden: "You may not do this.",
        forbidden_hint: "Ask who runs this broker for the right to do it.",
        refused: |why| format!("The broker refused: {why}."),
        unavailable: |why| format!("The broker cannot do this now: {why}."),
        unavailable_works: "What is stored can still be read.",
        unavailable_hint: "Try again; if it stays, look at the disk and at the broker's log.",
        damaged: |why| format!("Stored data is damaged: {why}."),
        damaged_works: "Messages before and after it can be read.",
        io: |why| format!("Reading or writing the disk failed: {why}."),
        io_hint: "Check the disk and the broker's log, then try again.",
        audit_unavailable: |why| {
            format!("Nothing was changed, because the audit log cannot be written: {why}.")
        },
        audit_incomplete: |why| {
            format!("It was done, but the audit log does not have the outcome: {why}.")
        },
        lost: "The answer was lost inside the server.",
        lost_hint: "Try again. The broker's log has the reason.",
    },
    rules: Rules {
        empty: "Fill this in.",
        too_long: |len, max| {
            format!(
                "Has {} characters, at most {} are allowed.",
                exact(len),
                exact(max)
            )
        },
        too_many: |len, max| {
            format!(
                "Has {} entries, at most {} are allowed.",
                exact(len),
                exact(max)
            )
        },
        too_large: |len, max| format!("Has {len}, at most {max} are allowed."),
        name_character: |found| {
            format!("Contains {found:?}. Letters, digits and _ - % | are allowed.")
        },
        character: |found| format!("Contains {found:?}, which is not allowed here."),
        not_a_number: "Write a whole number in digits.",
        out_of_range: |min, max| format!("Must be {} to {}.", exact(min), exact(max)),
        not_a_choice: "Choose one of the values offered.",
        taken: "There is a topic of this name already. Choose another name.",
        reserved: "This name is reserved for the broker. Choose another name.",
        not_a_property: "Write each property on its own line as name=value.",
        twice: |value| format!("{value} is given twice, once is enough."),
        ends_before_start: "Ends before it begins. Give a later end.",
        needs: |other| format!("Needs {other} as well."),
        foreign_cursor: "This link does not belong to this search. Start again from the newest messages.",
        not_an_id: "Is no message ID: those have 32 or 56 hex digits.",
        unknown: |value| format!("There is no {value}."),
        not_writable: "Takes no messages: its permission says so.",
        not_a_time: |typed| format!("“{typed}” is no time. Write it as 2026-11-20 14:32:00."),
    },
    overview_page: Overview {
        busiest: "Busiest topics",
        all_topics: "All topics",
        prepare: "Once, in an empty directory:",
        in_log: "in the commit log",
        step_runs_sync: "One process, every message flushed before it is acknowledged",
        step_runs_async: "One process, messages flushed within 200 ms",
        receive_lead: "Prints what is in the topic, from its first message on, and waits for more.",
        title: "Overview",
        serving_for: |span| format!("Broker serving, up for {span}"),
        first_title: "No message yet: send the first one",
        first_lead: (
            "Run one of these. The topic ",
            " is created by the first message, and this page turns into the overview when it arrives.",
        ),
        snippet_languages: "Client",
        waiting: "Waiting for the first message",
        check_again: "Check again",
        send_from_here: "Send one from here",
        endpoints: "Endpoints",
        name_server: "Name server",
        broker: "Broker",
        grpc: "gRPC",
        set_up: "Set up",
        step_runs: "Broker and name server run",
        step_send: "Send the first message",
        step_send_hint: "Creates topic hello",
        step_receive: "Receive it with a group",
        step_receive_hint: "The snippet appears after the first message",
        totals: "Totals",
        messages_in: "Messages in",
        messages_out: "Messages out",
        stored: "Stored",
        topics: "Topics",
        groups: "Groups",
        clients: "Clients",
        in_store: |bytes| format!("{bytes} in the log"),
        peak_hour: |rate| format!("peak of the hour {rate}"),
        connected: "connected now",
        flush_sync: "flushed before the answer",
        flush_async: "flushed within 200 ms",
        throughput: "Throughput",
        throughput_sub: "messages per second, last hour",
        throughput_none: "No history yet",
        throughput_none_hint: "The broker keeps one value a minute, counted since it started.",
        throughput_label: |into, out| {
            format!("Messages per second in the last hour: {into} in and {out} out now")
        },
        into: "In",
        out: "Out",
        storage: "Storage",
        storage_used: "Disk used",
        storage_marks: "75 expire old segments, 85 clean at once, 90 refuse writes",
        storage_marks_label: |used| {
            format!("{used} of the disk used; marks at 75, 85 and 90 percent")
        },
        flush: "Flush",
        version: "Version",
        started: "Started",
        not_writable: "The broker does not take messages.",
        not_writable_disk: |used, limit| {
            format!(
                "The disk is {used} full, the limit is {limit}. Reading and consuming still work. Free space, or keep messages for a shorter time."
            )
        },
        not_writable_failed: |why| {
            format!(
                "Writing to the log failed: {why}. Reading still works. Check the disk, then restart the broker."
            )
        },
        receive_title: "Receive them with a group",
        receive_sub: "no group has connected yet",
    },
    find: Find {
        title: "Find",
        lead: "Message ids of both kinds, business keys in all topics, names of topics and groups.",
        button: "Find",
        label: "Find anything",
        messages: "Messages",
        topics: "Topics",
        groups: "Groups",
        recognised_offset_id: "message ID",
        recognised_unique_key: "client's message ID",
        recognised_key: "business key",
        hits: |count, more| match (count, more) {
            (0, _) => "no hit".to_owned(),
            (1, false) => "1 hit".to_owned(),
            (_, false) => format!("{count} hits"),
            (_, true) => format!("{count} hits shown, there are more"),
        },
        nothing: |what| format!("Nothing found for {what}"),
        nothing_hint: "What was searched is listed below. Keys and ids match exactly, case included; names match in any part.",
        searched: "Searched",
        more: "There are more hits. Name a topic to narrow them down:",
        empty: "Paste a message id, a key or a name",
        empty_hint: "Press Ctrl K anywhere to find without leaving the page.",
        search_messages: "Search messages by topic and time",
        online: |count| {
            if count == 1 {
                "1 member online".to_owned()
            } else {
                format!("{count} members online")
            }
        },
        searched_id: "message ids: the commit log at the place the id names",
        searched_keys: |count| {
            format!(
                "keys and client's message ids: the key index of all {} topics",
                exact(count)
            )
        },
        searched_topics: |count| format!("names of {} topics", exact(count)),
        searched_groups: |count| format!("names of {} groups", exact(count)),
    },
    message: Message {
        comma: ", ",
        status: "Status",
        position: "Position",
        evidence: "Evidence",
        on_host: |host| format!("on {host}"),
        record: "Record",
        distance: "Distance in time",
        same_unique_key: "same client's ID",
        parent: "Messages",
        message_id: "Message ID",
        unique_key: "Client's ID",
        stored: "stored",
        kept_until: "kept until",
        queue_at: |queue, offset| format!("queue {queue} @ {offset}"),
        copy_command: "Copy as command",
        command_title: "The same with mqadmin",
        command_sub: "prints this message in a terminal",
        body: "Body",
        body_sub: |size, kind| format!("{size}, {kind}"),
        body_compressed: |stored, how| format!("{stored} stored, {how}"),
        body_kind_json: "UTF-8 JSON",
        body_kind_text: "UTF-8 text",
        body_kind_binary: "binary",
        body_views: "Show the body as",
        json: "JSON",
        text: "Text",
        hex: "Hex",
        body_empty: "The body is empty",
        body_empty_hint: "0 bytes were sent.",
        body_cut: |shown, whole| {
            format!("The first {shown} of {whole} are shown. The download has all of it.")
        },
        body_too_deep: "This JSON is nested too deep for a tree, so it is shown as text.",
        body_undecodable: "The body could not be decompressed; the stored bytes are shown as they are.",
        download: "Download body",
        keys_n: |count| {
            if count == 1 {
                "1 key".to_owned()
            } else {
                format!("{count} keys")
            }
        },
        items_n: |count| {
            if count == 1 {
                "1 item".to_owned()
            } else {
                format!("{count} items")
            }
        },
        more_items: |count| format!("{count} more, in the text and in the download"),
        properties: "Properties",
        properties_sub: |user, system| format!("{user} user, {system} system"),
        show_system: |count| {
            if count == 1 {
                "Show 1 system property".to_owned()
            } else {
                format!("Show {count} system properties")
            }
        },
        no_properties: "The producer set no property of its own.",
        stored_where: "Where it is stored",
        segment: "Segment",
        segment_gone: "no longer kept",
        log_offset: "Commit log offset",
        queue_offset: "Queue and offset",
        born: "Born",
        from_host: |host| format!("from {host}"),
        stored_at: "Stored",
        store_host: "Store host",
        reconsume: "Times returned",
        groups: "Groups",
        groups_sub: "where their positions stand",
        position_passed: "position passed",
        not_yet: "not handed out yet",
        filtered: "filtered by tag",
        no_position: "no position yet",
        groups_none: "No group subscribes to this topic",
        groups_none_hint: "A group appears here when one of its members connects, and stays while it has a position.",
        same_key: "Same key",
        same_key_sub: |count, more| {
            if more {
                format!("in all topics, more than {count}")
            } else {
                format!("in all topics, {count} more")
            }
        },
        same_key_more: "Show all",
        earlier: |span| format!("{span} earlier"),
        later: |span| format!("{span} later"),
        same_time: "at the same time",
        sent_banner: "The message was sent.",
        sent_banner_hint: "It is stored and flushed; this is its page.",
    },
    messages_page: Messages {
        comma: ", ",
        nothing_yet: "No message found yet",
        continue_newer: "Continue with the next messages",
        end: "This is the end of what matches.",
        title: "Messages",
        sub_none: "by topic and time, key, tag, or position in a queue",
        form: "Look messages up",
        topic_placeholder: "all topics with a key",
        from: "From",
        to: "To",
        zone_hint: |zone| format!("Times in {zone}"),
        range: "Time range",
        last_15m: "Last 15 min",
        last_1h: "Last hour",
        last_6h: "6 h",
        last_24h: "24 h",
        all_kept: "All kept",
        search: "Search",
        start_title: "Name a topic to see its newest messages",
        start_hint: "Or a key alone, which is looked up in all topics.",
        hits: |count| {
            if count == 1 {
                "1 message".to_owned()
            } else {
                format!("{} messages", exact(count))
            }
        },
        newest_first: "newest first",
        scanned: |count| format!("{} read", exact(count)),
        scanned_back_to: |time| format!("read back to {time}"),
        scanned_all: "the whole range was read",
        at_position: |queue, offset| format!("queue {queue} from offset {offset}"),
        body: "Body",
        empty_title: "No message found",
        empty_hint: |what| format!("Searched {what}."),
        empty_more: "The range is not read to its start yet.",
        whole_range: "Search everything that is kept",
        continue_older: "Continue with older messages",
        continue_hint: |shown| format!("{shown} shown so far, there is more to read."),
        all_shown: |count| {
            if count == 1 {
                "1 message, all that match".to_owned()
            } else {
                format!("{} messages, all that match", exact(count))
            }
        },
        table_caption: "Messages, newest first",
        in_all_topics: "in all topics",
        newest: "Newest",
    },
    topics_page: Topics {
        no_position: "no group has a position",
        title: "Topics",
        sub: |topics, messages, size| {
            format!(
                "{} {}, {messages} messages, {size}",
                exact(topics),
                if topics == 1 { "topic" } else { "topics" }
            )
        },
        filter_label: "Filter topics",
        filter_placeholder: "Filter by name",
        all_types: "All types",
        no_subscriber: "No subscriber",
        show_system: "Show system topics",
        table_caption: "Topics",
        name: "Topic",
        kind: "Type",
        queues: "Queues",
        into: "In",
        out: "Out",
        last_hour: "Last hour",
        stored: "Stored",
        size: "Size",
        groups: "Groups",
        last_stored: "Last message",
        behind: "Furthest behind",
        kept: "Kept",
        system: "system",
        rate_unknown: "No rate yet since the broker started",
        empty_title: "No topic yet",
        empty_hint: "A client's first message creates its topic, or create one here.",
        empty_filtered_none: "No topic matches this filter",
        clear_filter: "Clear the filter",
        create: "Create topic",
        create_title: "Create a topic",
        name_label: "Name",
        name_hint: "Up to 127 of a to z, A to Z, 0 to 9, _, -, % and |",
        queues_label: "Queues",
        queues_hint: "For reading and for writing",
        kind_label: "Type",
        no_group: "No group subscribes",
    },
    topic: Topic {
        newest: "newest",
        stored: "Stored",
        expression: "Expression",
        members: "Members",
        behind: "Behind",
        nobody: "none",
        parent: "Topics",
        browse: "Browse messages",
        totals: "Totals of the topic",
        average: |size| format!("{size} on average"),
        queues: "Queues",
        queues_sub: |write, read| format!("{write} write, {read} read"),
        first_offset: "First offset",
        next_offset: "Next offset",
        last_message: "Last message",
        tags: "Tags",
        tags_sub: "exact, from the tag index",
        share: "Share",
        tags_none: "No message carries a tag",
        tags_none_hint: "Tags appear here with the first message that has one.",
        no_tag: "without a tag",
        subscribers: "Groups",
        subscribers_none: "No group reads this topic",
        subscribers_none_hint: "What is sent is stored and waits.",
        perm_read_write: "read, write",
        perm_read: "read only",
        perm_write: "write only",
        perm_none: "closed",
        send_title: "Send a test message",
        send_sub: "goes to all its groups",
        body: "Body",
        queue_any: "any",
        properties: "Properties",
        properties_hint: "One per line, name=value",
        more_fields: "Properties and queue",
        send: "Send",
        read_only: "This topic takes no messages: its permission is read only.",
        created_banner: |name| format!("Topic {name} was created."),
        created_hint: "Every queue is there and empty.",
        keys_hint: "Several with spaces between",
    },
};
