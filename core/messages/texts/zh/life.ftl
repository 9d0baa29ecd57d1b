### The life of a card: what changed from one version to the next, and how a card ends. $before and $after are the values.

change-category = 您的许可类别现为“{ $after }”，原为“{ $before }”。
change-valid_until = 您的许可有效期现至 { $after }，原至 { $before }。
    .next = 如果您的居留许可更早到期，请至少在其到期 30 日前向出入境管理机构申请延期。
change-restrictions = 您的许可所附的限制有变化。
    .next = 请向用人单位或签发机构询问现有的限制。
change-name = 您的姓名现登记为“{ $after }”，原为“{ $before }”。
    .next = 如果与护照不一致，请让用人单位申请更正。
change-nationality = 您的国籍现登记为 { $after }，原为 { $before }。
    .next = 如果有误，请让用人单位申请更正。
change-portrait = 您卡上的照片已更换。
change-employer = 您的用人单位现为“{ $after }”，原为“{ $before }”。
    .next = 请在 10 日内向出入境管理机构办理居留许可变更。
change-employer_id = 用人单位的统一社会信用代码现为 { $after }，原为 { $before }。
change-occupation = 您的职业现为“{ $after }”，原为“{ $before }”。
    .next = 不得超出许可的范围工作。如果与您的实际工作不符，请让用人单位申请更正。
change-place = 您的工作地点现为“{ $after }”，原为“{ $before }”。
change-social_security_number = 您的社会保障号码现为 { $after }，原为 { $before }。
    .next = 请保留原号码：有些机构仍以原号码保存您的记录。
change-insurance_record = 您的参保记录现为“{ $after }”，原为“{ $before }”。
change-birth_day = 您的出生日期现登记为 { $after }，原为 { $before }。
    .next = 如果有误，请让用人单位申请更正。
change-passport = 您的护照号码现为 { $after }，原为 { $before }。
    .next = 请在 10 日内向出入境管理机构办理居留许可变更，然后通知银行和通信运营商。请保留旧护照：有些机构仍登记着旧号码。
change-permit_number = 您的工作许可号码现为 { $after }，原为 { $before }。
    .next = 请保留原号码：有些机构仍登记着原号码。
change-phone = 您的手机号码现为 { $after }，原为 { $before }。
change-tier = 您的卡现包含：{ $after }。原包含：{ $before }。
change-added = 卡上新增：{ $field }，{ $after }。
change-removed = 卡上不再有：{ $field }。原为“{ $before }”。

## How a card ends. It stays here to be looked at, and is not shown to anybody.

card-end-permit-expired = 您的工作许可已到期，此卡随之终止。许可到期后自动注销，不出具注销证明。
    .next = 请立即向用人单位询问是否已申请新的许可，并向出入境管理机构询问您可以停留多久。取得新许可后，请清除此卡并重新注册。
card-end-permit-cancelled = 您的工作许可已注销，此卡随之终止。
    .next = 请向用人单位索取注销证明，您的下一家用人单位需要它。在居留许可或停留签证有效期间，新的用人单位可在 30 日内为您申请。取得新许可后，请清除此卡并重新注册。
card-end-device-replaced = 另一部手机已接管您的卡，本手机上的卡随之终止。
    .next = 如果是您本人操作，请使用那部手机，并从本手机清除此卡。如果不是，请立即告知签发机构。
card-end-consent-withdrawn = 您已撤回此卡所依据的同意，此卡随之终止。工作许可本身不受影响。
    .next = 如需再次领卡，请先清除此卡，再重新注册。
card-end-revoked = 签发机构已终止此卡。
    .next = 请再次联网了解原因。如果您持有工作许可，请清除此卡并重新注册。
