### Names and numbers.

identity-name_empty = The name is empty.
    .next = Type your surname and given names. If you have only one name, type it in either field.
identity-name_too_long = This is too long for a name.
    .next = Type only your surname and given names, as the passport has them.
identity-name_not_latin = The name has a letter that is not of the Latin alphabet.
    .next = Type your name as on the passport's lower lines, the two lines with the many < signs.
identity-name_character = The name has a digit or a sign that stands in no name.
    .next = Type only letters, spaces, hyphens and apostrophes; roman numerals such as III are letters.
identity-name_malformed = The name with < signs is not complete, or not from a passport.
    .next = Copy the upper of the two lowest lines of the passport's photo page as a whole, or type surname and given names instead.
identity-name_parts_unclear = It is unclear which part is the surname.
    .next = Type surname and given names in their own fields, or put a comma after the surname.
identity-permit_number_invalid = This cannot be a work permit number.
    .next = Look for 外国人工作许可 and 许可证号码 on the Notification Letter, and type the letters and digits after it; 18 are usual.
identity-social_security_number_invalid = This cannot be a social security number.
    .next = Type the letters and digits after 社会保障号码 on the social security card.
identity-passport_number_invalid = This cannot be a passport number.
    .next = Type the letters and digits at the upper right of the passport's photo page.
identity-country_invalid = This cannot be a country code.
    .next = Type the three letters from the passport, such as ESP; for Germany D.

## Taken all the same

identity-permit_number_unusual = Work permit numbers usually have 18 letters and digits; this one does not.
    .next = Compare it with the Notification Letter once more. If it is right, go on.
identity-social_security_number_unusual = This number looks unlike a foreigner's social security number.
    .next = Compare it with the social security card once more. If it is right, go on.
identity-passport_number_unusual = Passport numbers have at most nine letters and digits; this one has more.
    .next = Compare it with the passport once more. If it is right, go on.

## Why the name is sent as it is

identity-rule_full_width = Wide letters from an Asian keyboard are sent as plain letters.
identity-rule_transliterated = { $from } is sent as { $to }, as passports write it in their lower lines.
identity-rule_mark_left_out = { $from } is sent as { $to }: passports leave out the mark.
identity-rule_separated = Spaces and hyphens are sent as { $to }, which separates names in passports.
identity-rule_punctuation_left_out = { $from } is left out, as in passports.
identity-rule_one_name = There is only one name, so it is sent alone, without < signs after it.
identity-rule_truncated = Passports have room for 39 letters and signs. The name is cut to { $to }.
