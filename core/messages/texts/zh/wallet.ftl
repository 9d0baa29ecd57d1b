### The holder's own calls, and the checks of what the authority sent.

wallet-not_registered = 本手机上还没有卡。
    .next = 请开始注册。
wallet-cancelled = 已取消。没有任何更改。
    .next = 您可以随时重新开始。
wallet-closed = 此卡已关闭或已清除。
    .next = 请重新打开本应用。
wallet-internal = 本应用出现故障。没有任何更改。
    .next = 请再试一次。{ -again }
wallet-registration_running = 已有一次注册正在进行。
    .next = 请继续，或先取消它。
wallet-no_registration = 没有正在进行的注册。
    .next = 请开始注册。
wallet-already_registered = 本手机上已经有卡。
    .next = 要重新注册，请先从本手机清除此卡。
wallet-already_tier_two = 您的卡已开通社会保障服务。
    .next = 无需操作。请查看服务列表。
wallet-step_mismatch = 这个回答属于另一个步骤。
    .next = 请从显示的步骤继续。
wallet-not_ready_to_fetch = 注册尚未完成。
    .next = 请从显示的步骤继续。
wallet-no_show_session = 当前没有出示二维码。
    .next = 请重新选择向谁出示。
wallet-show_session_over = 二维码已停止出示：已满十分钟，或卡片有变化。
    .next = 请重新选择向谁出示。
wallet-card_revoked = 您的卡已终止，不再向任何人出示。
    .next = 请查看此卡：卡上说明了原因和下一步办法。
wallet-card_expired = 您的卡在本手机上已过期。
    .next = 请联网更新。如果工作许可本身已到期，请询问用人单位。
wallet-card_superseded = 您的卡有新的版本。
    .next = 请先联网领取新版本，再出示。
wallet-export_missing = 这里没有这种形式的卡。
    .next = 请联网领取后再试。并非每个主管机构都提供所有形式。
wallet-time_unknown = 手机不知道现在的时间。
    .next = 请在手机设置中设置日期和时间，或联网一次。

input-export_invalid = 没有查验方的名称和随机数，也没有会话记录，无法为其签名。
    .next = 请提供名称和随机数（各不超过255字节），或读取设备所用的会话记录文件。
input-one_time_code_invalid = 这不可能是验证码：验证码为六到十位数字。
    .next = 请输入最新消息中的数字。
input-receipt_invalid = 核验服务商的回执无法读取。
    .next = 请重新核验。{ -again }
input-in_person_code_invalid = 这不可能是服务窗口的验证码：应为十位字母和数字。
    .next = 请按窗口给您的纸条输入十位字符；连字符、空格和大小写均不影响。
input-consents_mismatch = 这不是签发机构所征求的同意事项。
    .next = 请阅读现在显示的内容，重新选择。
input-nonce_invalid = 这不可能是查验码。
    .next = 请输入查验方显示的六位数字。
input-request_invalid = 这不是查验方的请求。
    .next = 请扫描查验方屏幕上的二维码。
input-request_unsupported = 查验方要求的内容，此版本无法识别。
    .next = 请更新应用，或改为出示适用于此类查验方的二维码。
input-portrait_not_allowed = 不向此类查验方出示照片。
    .next = 请出示不含照片的二维码。医院、警方和服务窗口可以要求照片。

## Checks of what the authority sent. Nothing of it was kept.

check-trust_list_invalid = 签发机构的信任名单不是由本应用信任的根密钥签名，或者太旧。
    .next = 请再试一次。如果仍然如此，请向签发机构的运营方获取新的客户端文件。
check-older_version = 签发机构发来的内容比本手机上的还旧。
    .next = 请稍后再试。本手机上的卡保持不变。
check-unreadable = 签发机构发来的卡无法读取。
    .next = 请更新本应用后再试。{ -again }
check-issuer_unknown = 此卡的签名密钥不在信任名单上。
    .next = 请再试一次。{ -again }
check-signature_invalid = 此卡的签名不正确。
    .next = 请换一个网络再试。{ -again }
check-key_mismatch = 此卡属于另一部手机的密钥。
    .next = 请再试一次。{ -again }
check-disclosure_mismatch = 此卡的各部分不相符。
    .next = 请再试一次。{ -again }
check-portrait_mismatch = 照片与此卡所载的不一致。
    .next = 请再试一次。{ -again }
check-content_mismatch = 此卡各部分的内容不一致。
    .next = 请稍后再试。{ -again }
check-test_mismatch = 此卡是测试卡而本应用不是测试应用，或者相反。
    .next = 请确认客户端文件属于哪个签发机构。
check-validity_invalid = 此卡尚未生效、已过期，或有效期过长。
    .next = 请检查本手机的日期和时间，然后再试。
check-count_mismatch = 签发机构发来的卡数量与申请的不同。
    .next = 请再试一次。{ -again }

## Why a service is closed.

service-card_missing = 本手机上还没有卡。
    .next = 请开始注册。
service-application_pending = 您的申请仍在审批中，因此还没有卡。
    .next = 目前无须办理。领到卡后，即可使用与工作许可相关的服务。
service-needs_tier_two = 您的卡目前只包含工作许可。属于社会保障账户的服务需要实体社会保障卡，并再进行一次实名认证。
    .next = 请到当地银行网点或服务窗口申领实体卡。领到后，请用中国内地银行卡或手机号码进行实名认证。
service-card_suspended = 您的卡已暂停使用，因此各项服务暂时关闭。
    .next = 请向用人单位或签发机构询问原因。恢复使用后，各项服务会重新开放。
service-card_revoked = 您的卡已终止，因此这些服务已关闭。
    .next = 请查看此卡：卡上说明了原因和下一步办法。
