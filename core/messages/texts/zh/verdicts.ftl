### What a verifier reads. Three answers, never one: who issued the card, whether this phone holds it, and whether it still counts.

verdict-line-issuer-good = 签发：此卡由信任名单上的机构签发。
verdict-line-issuer-unknown = 签发：目前无法判断此卡是否真实。
verdict-line-issuer-bad = 签发：此卡不真实，或已过期。
verdict-line-holder-good = 持有：这部手机持有此卡，二维码刚刚生成。
verdict-line-holder-unknown = 持有：无法判断这部手机是否持有此卡。
verdict-line-holder-bad = 持有：此二维码不是由持有此卡的手机刚刚生成的。
verdict-line-status-good = 状态：此卡有效。
verdict-line-status-unknown = 状态：目前无法判断此卡是否仍然有效。
verdict-line-status-bad = 状态：此卡已不再有效。

## Issuer

verdict-issuer_good = 此卡由信任名单上的机构签发，并在有效期内。
verdict-issuer_unlisted = 此卡的签发者不在您的信任名单上。
    .next = 请勿接受。如果应有新的签发机构，请更新离线快照。
verdict-issuer_signature_invalid = 签发机构的签名不正确：此卡是伪造的，或已损坏。
    .next = 请勿接受。{ -other-code }
verdict-key_compromised = 签发机构的密钥已被盗用，其签发的一切均不作数。
    .next = 请勿接受。持卡人联网后会从签发机构得到用新密钥签发的卡。
verdict-key_usage_wrong = 签发此卡的密钥不能用于签发卡。
    .next = 请勿接受。
verdict-key_outside_period = 此卡签发之日，签发机构的密钥不在有效期内。
    .next = 请勿接受。请更新离线快照后再扫一次。
verdict-test_refused = 这是沙盒环境的测试卡，不能证明任何人的身份。
    .next = 请勿将其当作外国人工作许可。
verdict-test_mismatch = 此卡与签发密钥在是否为测试卡上不一致。
    .next = 请勿接受。
verdict-credential_expired = 此卡的电子凭证已过期。
    .next = { -connect-first }
verdict-credential_from_future = 此卡的生效时间晚于现在。
    .next = 请检查本设备的日期和时间，再扫一次。
verdict-disclosure_invalid = 二维码出示的内容不是签发机构所签的内容。
    .next = 请勿接受。
verdict-trust_list_expired = 您的信任名单太旧，无法判断。
    .next = { -new-snapshot }

## Holder

verdict-holder_good = 这部手机持有此卡，二维码刚刚生成。
    .next = 请将本人与护照或卡上照片进行比对：二维码不说明拿着手机的人是谁。
verdict-holder_unproven = 签发机构未经证实，因此无法判断手机是否持有此卡。
    .next = 请查看关于签发机构的说明。
verdict-holder_signature_invalid = 此二维码不是由获发此卡的手机生成的。
    .next = 请勿接受。
verdict-presentation_expired = 二维码已过期，可能是之前的截图或照片。
    .next = { -other-code }
verdict-presentation_from_future = 二维码的生成时间晚于现在：两部设备中有一部时间不准。
    .next = 请检查两部设备的日期和时间，再扫新的二维码。
verdict-presentation_period_invalid = 二维码声称的有效时间超过一分钟，真正的二维码不会这样。
    .next = 请勿接受。{ -other-code }
verdict-presentation_outside_credential = 生成此二维码的时间不在此卡的有效期内。
    .next = 请勿接受。{ -connect-first }
verdict-audience_wrong = 此二维码是为其他查验方生成的，或对应的请求已经结束。
    .next = 请持卡人选择与您相符的查验方，再出示新的二维码。
verdict-nonce_missing = 您要求二维码中带有查验码，但其中没有。
    .next = 请把查验码告诉持卡人，再扫新的二维码。
verdict-nonce_wrong = 二维码中的查验码与您要求的不同。
    .next = 请再次把查验码告诉持卡人，再扫新的二维码。
verdict-seen_before = 您之前已经扫过这个二维码。
    .next = { -other-code }
verdict-document_only = 这是打印的凭证，不能证明出示者是谁：纸张可以复制。
    .next = 请将本人与护照或照片核对。需要证明持卡人时，请要求出示实时二维码。

## Status

verdict-status_valid = 此卡有效。
verdict-status_revoked = 此卡的这一份已被撤销：卡已终止，或已有新版本取代。
    .next = 请勿接受。持卡人可以让应用联网获取新版本，再出示新的二维码；如果没有新版本，则卡已终止。
verdict-status_suspended = 此卡已被暂停使用。
    .next = 目前请勿接受。持卡人可以向签发机构询问原因和期限。
verdict-status_employer_change_pending = 此卡有效，但用人单位的变更正在审批：卡上的用人单位可能已不准确。
    .next = 在以所列用人单位为准之前，请向持卡人或签发机构询问新的用人单位。
verdict-status_other = 此卡的状态是本应用不认识的值。
    .next = 请更新本应用和离线快照，再扫一次。
verdict-status_outside = 签发机构的状态名单中没有此卡。
    .next = 请勿接受。请更新离线快照后再扫一次。
verdict-status_unknown = 您的离线快照中没有此卡的状态，或者离线快照太旧。
    .next = { -new-snapshot }
verdict-status_unproven = 签发机构未经证实，因此无法判断状态。
    .next = 请查看关于签发机构的说明。

## Beside the three

verdict-beacon_age = 二维码带有您的离线快照认识的当日标记：二维码是在该标记公布之后生成的。
verdict-beacon_unknown = 二维码带有您的离线快照不认识的当日标记。
    .next = 请联网获取新的离线快照。这不影响以上三项结论。
verdict-trust_list_stale = 对此用途而言，您的信任名单太旧。
    .next = { -new-snapshot }
verdict-status_list_stale = 对此用途而言，您的状态名单太旧。
    .next = { -new-snapshot }
verdict-nonce_not_asked = 对此用途，二维码中必须带有您给出的查验码，而您没有给出。
    .next = 请任选六位数字告诉持卡人，再扫带有该查验码的新二维码。
verdict-beacon_missing = 二维码不带当日标记，可能是很久以前准备好的。
    .next = { -connect-first }
verdict-beacon_stale = 对此用途而言，二维码中的当日标记太旧。
    .next = { -connect-first }
verdict-group_missing = 二维码没有出示您所需的全部内容。
    .next = 请持卡人选择与您相符的查验方，再出示新的二维码。

## A text that is no code of a card

verdict-text_too_long = 内容太长，不是工作许可卡的二维码。
    .next = 请扫描持卡人屏幕上的二维码。
verdict-text_foreign = 这不是工作许可卡的二维码。
    .next = 请扫描持卡人屏幕上的二维码。
verdict-text_damaged = 二维码没有读完整。
    .next = 请拿稳设备，增加光线或减少反光，再扫一次。
verdict-presentation_malformed = 这像是工作许可卡的二维码，但无法读取。
    .next = { -other-code }如果仍然如此，请更新本应用。
