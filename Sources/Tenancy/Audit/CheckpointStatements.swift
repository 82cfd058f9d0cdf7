/// SQL of the operator's log.
enum CheckpointStatements {
    /// By the primary key, backwards.
    static let newest = Statement(
        "checkpoint.newest",
        #"""
        SELECT number, at, heads_root, note
        FROM registry.checkpoint ORDER BY number DESC LIMIT 1
        """#)

    static let numbered = Statement(
        "checkpoint.numbered",
        #"""
        SELECT number, at, heads_root, note FROM registry.checkpoint WHERE number = $1
        """#)

    /// Those that come after a number, for the file that holds them all.
    static let after = Statement(
        "checkpoint.after",
        #"""
        SELECT number, note FROM registry.checkpoint WHERE number > $1 ORDER BY number LIMIT $2
        """#)

    /// The hashes that entries completed, by the primary key.
    static let nodes = Statement(
        "checkpoint.nodes",
        #"""
        SELECT number, nodes FROM registry.checkpoint WHERE number = ANY ($1::bigint[])
        """#)

    /// The heads that a checkpoint speaks of, ordered by the bytes of their names. Each name is looked
    /// up behind the one before, and for each name its last row, so that it costs two looks at the
    /// primary key a municipality, however many rows there are.
    static let heads = Statement(
        "checkpoint.heads",
        #"""
        WITH RECURSIVE names AS (
            (SELECT h.schema_name FROM registry.checkpoint_head AS h
                ORDER BY h.schema_name LIMIT 1)
            UNION ALL
            SELECT (SELECT h.schema_name FROM registry.checkpoint_head AS h
                WHERE h.schema_name > n.schema_name ORDER BY h.schema_name LIMIT 1)
            FROM names AS n
            WHERE n.schema_name IS NOT NULL)
        SELECT f.*
        FROM names AS n
        CROSS JOIN LATERAL (
            SELECT h.schema_name, h.seal_number, h.tree_size, h.root, h.seal_hash
            FROM registry.checkpoint_head AS h
            WHERE h.schema_name = n.schema_name AND h.checkpoint <= $1
            ORDER BY h.checkpoint DESC
            LIMIT 1) AS f
        ORDER BY f.schema_name
        """#)

    /// The newest checkpoint whose head of a log has at most so many rows: the one before the first
    /// that has more, or the newest of all.
    static let newestWithin = Statement(
        "checkpoint.newest-within",
        #"""
        SELECT CASE
            WHEN first.checkpoint IS NULL THEN NULL
            WHEN beyond.checkpoint IS NULL
                THEN (SELECT max(c.number) FROM registry.checkpoint AS c)
            WHEN beyond.checkpoint > first.checkpoint THEN beyond.checkpoint - 1
        END AS number
        FROM (SELECT min(h.checkpoint) AS checkpoint
            FROM registry.checkpoint_head AS h WHERE h.schema_name = $1) AS first,
            (SELECT min(h.checkpoint) AS checkpoint
                FROM registry.checkpoint_head AS h
                WHERE h.schema_name = $1 AND h.tree_size > $2) AS beyond
        """#)

    static let insert = Statement(
        "checkpoint.insert",
        #"""
        INSERT INTO registry.checkpoint (number, at, heads_root, nodes, note)
        VALUES ($1, $2, $3, $4, $5)
        """#)

    static let insertHead = Statement(
        "checkpoint.insert-head",
        #"""
        INSERT INTO registry.checkpoint_head (
            schema_name, checkpoint, seal_number, tree_size, root, seal_hash)
        VALUES ($1, $2, $3, $4, $5, $6)
        """#)
}
