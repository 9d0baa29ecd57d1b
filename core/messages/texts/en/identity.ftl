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
identity-mrz_lines = These are not the lowest lines of a passport or card.
    .next = Type or scan the whole lines: two of 44 characters in a passport, three of 30 on a card.
identity-mrz_character = The machine-readable lines have a character that stands in none.
    .next = Only the letters A to Z, digits and < stand there. Type the lines as printed.
identity-chinese_name_invalid = This cannot be a Chinese name.
    .next = Type two to twenty Chinese characters, with a dot between the parts if there is one.
identity-permanent_resident_number_invalid = This cannot be the number of a permanent-resident card.
    .next = It has three letters and 12 digits, or on cards since December 2023 18 characters that begin with 9.
identity-permanent_resident_number_check = The number of the permanent-resident card is mistyped: its last character does not agree with the others.
    .next = Compare every digit with the card.
identity-card_number_invalid = This cannot be the number of a social security card.
    .next = Look for 卡号 on the back of the card, and type the letters and digits after it.
identity-issuance_number_invalid = This cannot be an issuance number.
    .next = Look for 签发号 in the app of the electronic card, and copy it.
identity-number_unknown = This is no number of a work permit, social security, passport or permanent-resident card.
    .next = Type only the letters and digits of the number, as the document has them.

## Taken all the same

identity-permit_number_unusual = Work permit numbers usually have 18 letters and digits; this one does not.
    .next = Compare it with the Notification Letter once more. If it is right, go on.
identity-social_security_number_unusual = This number looks unlike a foreigner's social security number.
    .next = Compare it with the social security card once more. If it is right, go on.
identity-passport_number_unusual = Passport numbers have at most nine letters and digits; this one has more.
    .next = Compare it with the passport once more. If it is right, go on.
identity-passport_number_with_check = The last digit belongs to the lower line of the passport, not to the number.
    .next = Leave it out; the number is on the upper right of the photo page, with at most nine letters and digits.
identity-permanent_resident_number_unusual = The birth day or the country in this number of a permanent-resident card looks wrong.
    .next = Compare it with the card once more. If it is right, go on.
identity-permanent_resident_number_wrong = It looks like the number of a permanent-resident card, but one character is wrong.
    .next = Compare every digit with the card.
identity-card_number_unusual = This number looks unlike that of a social security card.
    .next = Compare it with the card once more. If it is right, go on.

## What is wrong with a machine-readable zone

identity-mrz_kind = These lines are not of a passport, travel document or residence card.
    .next = Use the passport with which the permit was applied for.
identity-mrz_place = A digit stands where only a letter can, or a letter where only a digit can.
    .next = Look whether it is 0 or O, 1 or I, 5 or S, 8 or B, 2 or Z.
identity-mrz_country = The issuing state or the nationality is no code of letters.
    .next = Compare the three letters in each line with the passport.
identity-mrz_name = The name in the upper line is empty or malformed.
    .next = Compare the upper line with the passport; two << stand only once, between surname and given names.
identity-mrz_number_check = The document number and its check digit do not agree.
    .next = Compare the number at the start of the lower line with the passport.
identity-mrz_birth_check = The birth day and its check digit do not agree.
    .next = Compare the six digits of the birth day with the passport.
identity-mrz_date = The birth day or the day of expiry is no day of the calendar.
    .next = Compare the six digits of each date with the passport.
identity-mrz_expiry_check = The day of expiry and its check digit do not agree.
    .next = Compare the six digits of the expiry with the passport.
identity-mrz_optional_check = The personal number and its check digit do not agree.
    .next = Compare the last part of the lower line with the passport.
identity-mrz_composite_check = The check digit over all numbers does not agree.
    .next = Compare every character of the lower line with the passport.

## What an authority may hold, and what to ask the employer

identity-ask_cut = The passport has no room for your whole name; the authority may hold more of it, or less.
    .next = Ask your employer where the name ends in 外国人来华工作管理服务系统.
identity-ask_one_name = You have one name only; it may stand as surname, as given name, or in both fields.
    .next = Ask your employer in which field of 外国人来华工作管理服务系统 it stands, and whether it stands there twice.
identity-ask_surname_part = The authority may hold only one part of your surname.
    .next = Ask your employer whether all parts of the surname stand in 外国人来华工作管理服务系统.
identity-ask_given_names = The authority may hold only your first given name.
    .next = Ask your employer whether all given names stand in 外国人来华工作管理服务系统.
identity-ask_patronymic = The authority may hold the name without your father's name.
    .next = Ask your employer whether the father's name stands in 外国人来华工作管理服务系统.
identity-ask_particle = The authority may hold the name without a small word such as DE, VAN or BIN.
    .next = Ask your employer whether the small words stand in 外国人来华工作管理服务系统.
identity-ask_letters = Two letters of the passport may stand for one letter with a mark, such as UE for Ü; the authority may hold U.
    .next = Ask your employer how these letters stand in 外国人来华工作管理服务系统.
identity-ask_old_spelling = An older passport may have spelled your name otherwise, and the authority may still hold that.
    .next = Ask your employer with which passport the permit was applied for, and look how your name is spelled there.
identity-ask_chinese_name = Your Chinese name is not sent. The authority compares the name of the passport.
    .next = Ask your employer whether the name of the passport stands in 外国人来华工作管理服务系统 as well as the Chinese one.
identity-ask_exact = The authority may hold the name otherwise than the passport has it.
    .next = Ask your employer to copy the name exactly as it stands in 外国人来华工作管理服务系统. If it differs from the passport, the employer has it changed there.

## What to know about a number that a form wants

identity-number_missing = This number is not known here.
    .next = Look for it on the document, or ask your employer.
identity-permit_for_life = The permit number stays the same for life: a new passport, employer or card does not change it.
    .next = If you have several, use the one on the newest Notification Letter.
identity-not_the_card_number = The social security number and the number of the card are two numbers.
    .next = Take the one after 社会保障号码, not the one after 卡号.
identity-not_the_social_security_number = The number of the card and the social security number are two numbers.
    .next = Take the one after 卡号, not the one after 社会保障号码.
identity-from_old_passport = This social security number was made from an older passport. That is usual.
    .next = Use it as the card has it, until the social security office gives another one.
identity-by_usual_rule = This is what the social security number usually looks like with this passport. Nobody has confirmed it.
    .next = Use the number on the card if there is one; else ask your employer.
identity-old_passport_known = Banks, telephone companies and offices may still have the number of your old passport.
    .next = If a form refuses the new number, try the old one once, then ask them to change it.
identity-passport_ended = Your passport is out of date.
    .next = Use the number of the new passport, and have the permit changed within 10 working days.
identity-resident_number_refused = Some forms refuse the 18 characters of new permanent-resident cards although they are right.
    .next = Show the card to the clerk; 12367 confirms that both the old and the new number are valid.

## Why the name is sent as it is

identity-rule_full_width = Wide letters from an Asian keyboard are sent as plain letters.
identity-rule_transliterated = { $from } is sent as { $to }, as passports write it in their lower lines.
identity-rule_mark_left_out = { $from } is sent as { $to }: passports leave out the mark.
identity-rule_separated = Spaces, hyphens and commas are sent as { $to }, which separates names in passports.
identity-rule_punctuation_left_out = { $from } is left out, as in passports.
identity-rule_one_name = There is only one name, so it is sent alone, without < signs after it.
identity-rule_truncated = Passports have room for 39 letters and signs. The name is cut to { $to }.
