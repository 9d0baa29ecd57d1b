### The verifier's store of snapshots.

checking-snapshot_missing = 还没有离线快照，无法查验卡。
    .next = 请联网获取离线快照，或从文件导入。
checking-serial_rolled_back = 此离线快照比您已有的更旧。
    .next = 请继续使用已有的离线快照，或获取新的离线快照。
checking-list_rolled_back = 此离线快照中有一份名单比您已有的更旧。
    .next = 请继续使用已有的离线快照，或获取新的离线快照。
checking-root_rolled_back = 此离线快照由已被更换的根密钥签名。
    .next = { -fetch-snapshot }
checking-root_key_invalid = 客户端文件中的根密钥无法使用。
    .next = { -get-client-file }
checking-audience_invalid = 这不能作为查验方的名称：长度为一至八个字节。
    .next = 请选择较短的名称，例如 gate-7。
checking-portrait_not_allowed = 此类查验方不能要求照片。
    .next = 请不要求照片，或以医院、警方或服务窗口的身份查验。
