### Fetching the card.

issuance-grant_invalid = 领取此卡的授权已过期，或已经使用过。
    .next = 请重新开始注册。
issuance-token_invalid = 签发机构不再接受本手机的访问。
    .next = 请再试一次。如果仍然如此，请从本手机清除此卡并重新注册。
issuance-nonce_invalid = 请求用时过长。
    .next = 请再试一次。
issuance-proof_invalid = 签发机构不接受本手机密钥的证明。
    .next = 请再试一次。{ -again }
issuance-credential_unknown = 签发机构不向您提供此卡。
    .next = 请更新本应用。如果仍然如此，请询问签发机构。
issuance-permit_ended = 您的外国人工作许可已注销或已到期，因此无法领卡。
    .next = 请向用人单位或签发机构询问登记的信息。
issuance-notification_unknown = 签发机构没有本手机所确认的卡的记录。
    .next = 请再次联网领取您的卡。
