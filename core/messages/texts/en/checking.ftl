### The verifier's store of snapshots.

checking-snapshot_missing = There is no snapshot yet, so no card can be checked.
    .next = Fetch a snapshot with a network, or take one from a file.
checking-serial_rolled_back = This snapshot is older than the one that you have.
    .next = Keep the one that you have, or fetch a new one.
checking-list_rolled_back = A list in this snapshot is older than the one that you have.
    .next = Keep the one that you have, or fetch a new one.
checking-root_rolled_back = This snapshot is signed by a root that was replaced.
    .next = { -fetch-snapshot }
checking-root_key_invalid = The root key in the client file cannot be used.
    .next = { -get-client-file }
checking-audience_invalid = This cannot be the name of a verifier: it has one to eight bytes.
    .next = Choose a short name, such as gate-7.
checking-portrait_not_allowed = This kind of verifier may not ask for the portrait.
    .next = Ask without it, or as a hospital, the police or a service window.
