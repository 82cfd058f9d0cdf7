/// SQL of the feed. All go by the outbox's primary key.
enum FeedStatements {
    /// Which feed it is and where it begins and ends; whether `$1`, `$2` is a row of it.
    static let state = Statement(
        "feed.state",
        #"""
        SELECT s.feed_id, s.purged_xid, s.purged_seq,
            coalesce(last.xid, s.purged_xid) AS last_xid,
            coalesce(last.seq, s.purged_seq) AS last_seq,
            EXISTS (SELECT FROM {schema}.outbox AS o
                WHERE o.xid = $1::text::xid8 AND o.seq = $2::bigint) AS is_row
        FROM {schema}.outbox_state AS s
        LEFT JOIN LATERAL (
            SELECT o.xid, o.seq FROM {schema}.outbox AS o
            WHERE o.xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY o.xid DESC, o.seq DESC
            LIMIT 1) AS last ON true
        """#)

    /// What comes behind a position, in one statement and so in one snapshot with the state of the
    /// purge; a row of nulls where nothing does. No further than the oldest transaction under way:
    /// below it nothing can appear any more. `is_more_to_come`: changes are there that wait for it.
    static let read = Statement(
        "feed.read",
        #"""
        SELECT (s.purged_xid, s.purged_seq) > ($1::text::xid8, $2::bigint) AS is_purged,
            EXISTS (SELECT FROM {schema}.outbox AS o
                WHERE o.xid >= pg_snapshot_xmin(pg_current_snapshot())) AS is_more_to_come,
            e.xid, e.seq, e.at, e.kind, e.client_id, e.assessment_id, e.version
        FROM {schema}.outbox_state AS s
        LEFT JOIN LATERAL (
            SELECT o.xid, o.seq, o.at, o.kind, o.client_id, o.assessment_id, o.version
            FROM {schema}.outbox AS o
            WHERE (o.xid, o.seq) > ($1::text::xid8, $2::bigint)
                AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY o.xid, o.seq
            LIMIT $3::integer) AS e ON true
        ORDER BY e.xid, e.seq
        """#)

    /// Removes the oldest rows that are older than `$1` seconds, at most `$2` of them, and notes the
    /// last of them in the same transaction. Run by the owner.
    static let purge = Statement(
        "feed.purge",
        #"""
        WITH oldest AS (
            SELECT o.xid, o.seq, o.at FROM {schema}.outbox AS o
            WHERE o.xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY o.xid, o.seq
            LIMIT $2::integer
        ), kept AS (
            SELECT k.xid, k.seq FROM oldest AS k
            WHERE k.at >= now() - make_interval(secs => $1::double precision)
            ORDER BY k.xid, k.seq
            LIMIT 1
        ), removed AS (
            DELETE FROM {schema}.outbox AS o
            USING oldest
            WHERE o.xid = oldest.xid AND o.seq = oldest.seq
                AND NOT EXISTS (
                    SELECT FROM kept WHERE (kept.xid, kept.seq) <= (oldest.xid, oldest.seq))
            RETURNING o.xid, o.seq
        ), last AS (
            SELECT r.xid, r.seq FROM removed AS r ORDER BY r.xid DESC, r.seq DESC LIMIT 1
        ), noted AS (
            UPDATE {schema}.outbox_state AS s
            SET purged_xid = last.xid, purged_seq = last.seq
            FROM last
            RETURNING s.is_only
        )
        SELECT count(*) AS removed, (SELECT count(*) FROM noted) AS noted FROM removed
        """#, prepared: false)
}
