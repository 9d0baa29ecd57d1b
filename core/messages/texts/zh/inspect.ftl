### 命令 `permitcard inspect`：所显示内容的名称，以及每个代码的一句说明。

cli-inspect-format-sd-cwt = SD-CWT 凭证
cli-inspect-format-sd-cwt-kbt = 带密钥绑定令牌的 SD-CWT
cli-inspect-format-status-list-token = 状态列表令牌
cli-inspect-format-status-list = 状态列表
cli-inspect-format-cwt = CWT 令牌
cli-inspect-format-cose-sign1 = COSE_Sign1 签名对象
cli-inspect-format-claim-169 = 含声明 169 的印刷码
cli-inspect-format-none = 无法识别

cli-inspect-signatures = 签名
cli-inspect-claims = 声明
cli-inspect-disclosures = 披露
cli-inspect-holder = 持有人的声明
cli-inspect-payload = 载荷
cli-inspect-status-list = 状态列表
cli-inspect-verdict = 结论

cli-inspect-layer-issuer = 签发方
cli-inspect-layer-holder = 持有人
cli-inspect-verified = 已验证
cli-inspect-not-verified = 未通过验证
cli-inspect-no-key = 未检查：没有提供密钥
cli-inspect-no-algorithm = 没有算法
cli-inspect-kid = 密钥 { $kid }
cli-inspect-alg-unprotected = 算法只写在未受保护的头部，没有签名覆盖它。本工具可以读取，但这样的工作许可卡会被拒绝。

cli-inspect-disclosures-matched = 匹配
cli-inspect-disclosures-unmatched = 不匹配
cli-inspect-disclosures-decoys = 诱饵
cli-inspect-disclosures-hash = 哈希方式

cli-inspect-list-size = 条目数
cli-inspect-list-bits = 每条位数
cli-inspect-list-nonzero = 非 0 条目
cli-inspect-list-more = ……另有 { $count } 条
cli-inspect-status-1 = 无效
cli-inspect-status-2 = 暂停
cli-inspect-status-other = 应用自定义

cli-inspect-bytes = { $count } 字节
cli-inspect-empty = 空
cli-inspect-valid = 有效
cli-inspect-readable = 可以读取。没有签名，无法说明由谁生成。
cli-inspect-invalid = 无效
cli-inspect-unknown = 没有密钥，无法验证
cli-inspect-key-hint = 用 --key FILE 提供签发方的密钥。
cli-inspect-key-hint-holder = 持有人的密钥在凭证里面。
cli-inspect-at = 检查时间：{ $time }

## 代码
cli-inspect-error-unrecognised = 这不是本工具能读取的任何格式。
cli-inspect-error-too_large = 输入或其中解压出的内容超过长度上限。
cli-inspect-error-too_deep = CBOR 的嵌套超过 16 层。
cli-inspect-error-too_many = CBOR 项或披露的数量超过上限。
cli-inspect-error-base45_invalid = 码的前缀之后不是 base45。
cli-inspect-error-inflate_failed = zlib 数据损坏或不完整。
cli-inspect-error-cbor_malformed = CBOR 数据损坏。
cli-inspect-error-cbor_not_deterministic = CBOR 含不定长度，或数字不是最短形式。
cli-inspect-error-cbor_duplicate_key = CBOR 映射中有重复的键。
cli-inspect-error-cbor_trailing_bytes = CBOR 项结束后还有多余字节。
cli-inspect-error-cose_malformed = 这不是 COSE_Sign1，或头部的类型不对。
cli-inspect-error-header_duplicate = 同一标签在两个头部都出现。
cli-inspect-error-critical_header = 有必须理解的头部，但无法理解。
cli-inspect-error-algorithm_missing = 头部没有写明算法。
cli-inspect-error-algorithm_unsupported = 本工具无法验证这种算法。
cli-inspect-error-payload_detached = 载荷不在其中，因此无法验证。
cli-inspect-error-encryption_unsupported = 内容已加密。
cli-inspect-error-signature_invalid = 这个签名不是由所提供的密钥做出的，或不是由持有人的密钥做出的。
cli-inspect-error-claims_malformed = 载荷不是声明的映射，或某个声明的类型不对。
cli-inspect-error-type_unexpected = 类型头部缺失，或写的是别的类型。
cli-inspect-error-expired = 令牌已过期。
cli-inspect-error-not_yet_valid = 令牌尚未生效。
cli-inspect-error-time_order_invalid = 令牌中的时间互相矛盾。
cli-inspect-error-issuer_missing = 没有声明写明签发方。
cli-inspect-error-subject_missing = 没有声明写明主体。
cli-inspect-error-issued_at_missing = 没有声明写明签发时间。
cli-inspect-error-sd_claims_empty = 披露列表存在，但是空的。
cli-inspect-error-hash_unsupported = 隐去的声明使用了未知的哈希算法。
cli-inspect-error-redaction_malformed = 隐去的声明写法不对。
cli-inspect-error-redaction_forbidden = 隐去了不得隐去的声明。
cli-inspect-error-pre_issuance = 令牌中有只在签发前才出现的标记。
cli-inspect-error-key_exists = 披露的声明与另一声明的键相同。
cli-inspect-error-disclosure_malformed = 某项披露不是由盐、值和键组成的数组。
cli-inspect-error-disclosure_unmatched = 某项披露不属于任何隐去的声明。
cli-inspect-error-disclosure_duplicate = 两项披露属于同一个隐去的声明，或同一哈希出现两次。
cli-inspect-error-holder_key_missing = 没有声明写明持有人的密钥。
cli-inspect-error-holder_key_unsupported = 本工具无法使用持有人的这种密钥。
cli-inspect-error-binding_malformed = 密钥绑定令牌中没有 SD-CWT，或披露写在其外。
cli-inspect-error-audience_missing = 密钥绑定令牌没有写明给谁使用。
cli-inspect-error-binding_time_missing = 密钥绑定令牌没有写明制作时间。
cli-inspect-error-binding_claim_forbidden = 密钥绑定令牌写了签发方或主体。
cli-inspect-error-binding_too_early = 密钥绑定令牌的制作或生效早于其凭证。
cli-inspect-error-binding_too_long = 密钥绑定令牌的制作或有效期晚于其凭证。
cli-inspect-error-status_bits_invalid = 状态列表每条只能是 1、2、4 或 8 位。
cli-inspect-error-status_list_malformed = 状态列表的声明缺失或不完整。
cli-inspect-error-claim_169_missing = 文本中的 CWT 没有声明 169。
