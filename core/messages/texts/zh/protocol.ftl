### What authority and app say about their own talk. People seldom see these.

protocol-request_malformed = 签发机构无法读取请求。
    .next = 请更新本应用后再试。{ -again }
protocol-request_too_large = 请求过大，签发机构不接受。
    .next = 请更新本应用后再试。{ -again }
protocol-dpop_invalid = 签发机构不接受本手机的签名。
    .next = 请检查本手机的日期和时间，然后再试。{ -again }
protocol-dpop_nonce_required = 签发机构要求更新的签名。
    .next = 请再试一次。
protocol-idempotency_key_missing = 请求没有自己的编号。
    .next = 请更新本应用后再试。{ -again }
protocol-idempotency_conflict = 此请求的编号已用于另一个请求。
    .next = 请重新开始注册。{ -again }
protocol-idempotency_in_flight = 签发机构仍在处理同一个请求。
    .next = 请稍候再试。不会重复办理。
protocol-not_found = 签发机构在此地址没有内容。
    .next = 请更新本应用后再试。{ -again }
protocol-webhook_refused = 签发机构没有接受核验服务商的消息：其签名、时间或环境不正确。
    .next = 手机上无需操作。请核验服务商检查其密钥和时钟。
protocol-update_required = 本应用的版本过旧，签发机构不再支持。
    .next = 请更新本应用，然后从原处继续。没有丢失任何内容。
protocol-too_many_requests = 短时间内从此处发出的请求过多。
    .next = 请稍候再试。
protocol-internal = 签发机构出现故障。没有任何更改。
    .next = 请稍后再试。
