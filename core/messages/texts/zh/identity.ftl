### Names and numbers.

identity-name_empty = 没有填写姓名。
    .next = 请输入姓和名。如果您只有一个名字，填在任意一栏即可。
identity-name_too_long = 内容太长，不是姓名。
    .next = 请只输入护照上的姓和名。
identity-name_not_latin = 姓名中有非拉丁字母的文字。
    .next = 请按照护照资料页最下面带有许多 < 符号的两行输入您的姓名。
identity-name_character = 姓名中有数字或不应出现的符号。
    .next = 请只输入字母、空格、连字符和撇号；III 这样的罗马数字按字母输入。
identity-name_malformed = 带 < 符号的姓名不完整，或不是护照上的内容。
    .next = 请完整复制护照资料页最下面两行中的上面一行，或改为分别输入姓和名。
identity-name_parts_unclear = 无法判断哪一部分是姓。
    .next = 请分别填写姓和名，或在姓的后面加逗号。
identity-permit_number_invalid = 这不可能是工作许可号码。
    .next = 请查看《外国人工作许可通知》上的许可证号码，输入其中的字母和数字，通常为 18 位。
identity-social_security_number_invalid = 这不可能是社会保障号码。
    .next = 请输入社会保障卡上“社会保障号码”后面的字母和数字。
identity-passport_number_invalid = 这不可能是护照号码。
    .next = 请输入护照资料页右上角的字母和数字。
identity-country_invalid = 这不可能是国家代码。
    .next = 请输入护照上的三个字母，例如 ESP；德国为 D。
identity-mrz_lines = 这不是护照或证件最下面的机读行。
    .next = 请完整输入或扫描：护照为两行，每行 44 位；卡片为三行，每行 30 位。
identity-mrz_character = 机读行中有不应出现的字符。
    .next = 其中只有字母 A 至 Z、数字和 < 符号。请照印刷内容输入。
identity-chinese_name_invalid = 这不可能是中文姓名。
    .next = 请输入两到二十个汉字，各部分之间可用间隔号。
identity-permanent_resident_number_invalid = 这不可能是外国人永久居留身份证号码。
    .next = 旧版为三个字母加 12 位数字，2023 年 12 月起的新版为以 9 开头的 18 位。
identity-permanent_resident_number_check = 永久居留身份证号码有误：最后一位与前面各位不符。
    .next = 请逐位与证件核对。
identity-card_number_invalid = 这不可能是社会保障卡卡号。
    .next = 请查看卡背面的“卡号”，输入其后的字母和数字。
identity-issuance_number_invalid = 这不可能是签发号。
    .next = 请在电子社保卡中查看“签发号”并复制。
identity-number_unknown = 这不是工作许可、社会保障、护照或永久居留身份证的号码。
    .next = 请只输入证件上号码的字母和数字。

## Taken all the same

identity-permit_number_unusual = 工作许可号码通常为 18 位，这个不是。
    .next = 请再与《外国人工作许可通知》核对一次。如果无误，请继续。
identity-social_security_number_unusual = 这个号码不像外国人的社会保障号码。
    .next = 请再与社会保障卡核对一次。如果无误，请继续。
identity-passport_number_unusual = 护照号码最多九位，这个更长。
    .next = 请再与护照核对一次。如果无误，请继续。
identity-passport_number_with_check = 最后一位是护照机读行的校验位，不属于护照号码。
    .next = 请去掉这一位；护照号码在资料页右上角，最多九位。
identity-permanent_resident_number_unusual = 这个永久居留身份证号码中的出生日期或国籍看起来不对。
    .next = 请再与证件核对一次。如果无误，请继续。
identity-permanent_resident_number_wrong = 这像是永久居留身份证号码，但有一位不对。
    .next = 请逐位与证件核对。
identity-card_number_unusual = 这个号码不像社会保障卡卡号。
    .next = 请再与卡片核对一次。如果无误，请继续。

## What is wrong with a machine-readable zone

identity-mrz_kind = 这不是护照、旅行证件或居留证件的机读行。
    .next = 请使用申请许可时所用的护照。
identity-mrz_place = 有一处应为字母却是数字，或应为数字却是字母。
    .next = 请核对是 0 还是 O，1 还是 I，5 还是 S，8 还是 B，2 还是 Z。
identity-mrz_country = 签发国或国籍不是字母代码。
    .next = 请将每行中的三个字母与护照核对。
identity-mrz_name = 上面一行的姓名为空或格式不对。
    .next = 请与护照核对上面一行；<< 只在姓与名之间出现一次。
identity-mrz_number_check = 证件号码与其校验位不符。
    .next = 请将下面一行开头的号码与护照核对。
identity-mrz_birth_check = 出生日期与其校验位不符。
    .next = 请将出生日期的六位数字与护照核对。
identity-mrz_date = 出生日期或有效期不是有效的日期。
    .next = 请将两个日期的六位数字与护照核对。
identity-mrz_expiry_check = 有效期与其校验位不符。
    .next = 请将有效期的六位数字与护照核对。
identity-mrz_optional_check = 个人号码与其校验位不符。
    .next = 请将下面一行的最后部分与护照核对。
identity-mrz_composite_check = 总校验位不符。
    .next = 请将下面一行逐位与护照核对。

## What an authority may hold, and what to ask the employer

identity-ask_cut = 护照机读区放不下您的全名，签发机构登记的可能更长或更短。
    .next = 请用人单位查看外国人来华工作管理服务系统中的姓名到哪里为止。
identity-ask_one_name = 您只有一个名字，可能登记在姓、名或两栏中。
    .next = 请用人单位查看它在外国人来华工作管理服务系统的哪一栏，是否填了两次。
identity-ask_surname_part = 签发机构可能只登记了您姓氏的一部分。
    .next = 请用人单位查看外国人来华工作管理服务系统中是否有姓氏的全部部分。
identity-ask_given_names = 签发机构可能只登记了您的第一个名字。
    .next = 请用人单位查看外国人来华工作管理服务系统中是否有全部名字。
identity-ask_patronymic = 签发机构登记的姓名可能没有父名。
    .next = 请用人单位查看外国人来华工作管理服务系统中是否有父名。
identity-ask_particle = 签发机构登记的姓名可能没有 DE、VAN、BIN 这样的小词。
    .next = 请用人单位查看外国人来华工作管理服务系统中是否有这些小词。
identity-ask_letters = 护照机读区的两个字母可能代表一个带符号的字母，例如 UE 代表 Ü；签发机构可能登记为 U。
    .next = 请用人单位查看这些字母在外国人来华工作管理服务系统中的写法。
identity-ask_old_spelling = 旧护照上的拼写可能不同，签发机构可能仍登记着旧的拼写。
    .next = 请问用人单位申请许可时用的是哪本护照，并查看那本护照上的拼写。
identity-ask_chinese_name = 您的中文姓名不会发送，签发机构核对的是护照姓名。
    .next = 请用人单位查看外国人来华工作管理服务系统中除中文姓名外是否也有护照姓名。
identity-ask_exact = 签发机构登记的姓名可能与护照不同。
    .next = 请用人单位原样复制外国人来华工作管理服务系统中的姓名。如与护照不同，由用人单位在系统中申请变更。

## What to know about a number that a form wants

identity-number_missing = 这里没有这个号码。
    .next = 请查看证件，或询问用人单位。
identity-permit_for_life = 工作许可号码终身不变：换护照、换单位、换卡都不会改变。
    .next = 如果有多个号码，请使用最新一份《外国人工作许可通知》上的号码。
identity-not_the_card_number = 社会保障号码和卡号是两个不同的号码。
    .next = 请填写“社会保障号码”，不要填写“卡号”。
identity-not_the_social_security_number = 卡号和社会保障号码是两个不同的号码。
    .next = 请填写“卡号”，不要填写“社会保障号码”。
identity-from_old_passport = 这个社会保障号码是按旧护照编制的，这很常见。
    .next = 在社保部门更改之前，请按卡上的号码填写。
identity-by_usual_rule = 这是按此护照推算的通常形式，未经确认。
    .next = 如果有社保卡，以卡上的号码为准；否则请询问用人单位。
identity-old_passport_known = 银行、电信公司和办事机构可能仍登记着旧护照号码。
    .next = 如果新号码不被接受，可试一次旧号码，然后请对方更改。
identity-passport_ended = 您的护照已过期。
    .next = 请使用新护照的号码，并在 10 个工作日内办理许可变更。
identity-resident_number_refused = 有些表单不接受新版永久居留身份证的 18 位号码，但号码是正确的。
    .next = 请向工作人员出示证件；可拨打 12367 确认新旧号码均有效。

## Why the name is sent as it is

identity-rule_full_width = 全角字母按普通字母发送。
identity-rule_transliterated = { $from } 按 { $to } 发送，与护照最下面两行的写法一致。
identity-rule_mark_left_out = { $from } 按 { $to } 发送：护照机读区省略附加符号。
identity-rule_separated = 空格、连字符和逗号按 { $to } 发送，护照机读区用它分隔姓名。
identity-rule_punctuation_left_out = { $from } 省略不发，与护照机读区一致。
identity-rule_one_name = 只有一个名字，因此单独发送，后面不加 < 符号。
identity-rule_truncated = 护照机读区的姓名只有 39 位，因此截短为 { $to }。
