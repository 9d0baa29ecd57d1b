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

## Taken all the same

identity-permit_number_unusual = 工作许可号码通常为 18 位，这个不是。
    .next = 请再与《外国人工作许可通知》核对一次。如果无误，请继续。
identity-social_security_number_unusual = 这个号码不像外国人的社会保障号码。
    .next = 请再与社会保障卡核对一次。如果无误，请继续。
identity-passport_number_unusual = 护照号码最多九位，这个更长。
    .next = 请再与护照核对一次。如果无误，请继续。

## Why the name is sent as it is

identity-rule_full_width = 全角字母按普通字母发送。
identity-rule_transliterated = { $from } 按 { $to } 发送，与护照最下面两行的写法一致。
identity-rule_mark_left_out = { $from } 按 { $to } 发送：护照机读区省略附加符号。
identity-rule_separated = 空格和连字符按 { $to } 发送，护照机读区用它分隔姓名。
identity-rule_punctuation_left_out = { $from } 省略不发，与护照机读区一致。
identity-rule_one_name = 只有一个名字，因此单独发送，后面不加 < 符号。
identity-rule_truncated = 护照机读区的姓名只有 39 位，因此截短为 { $to }。
