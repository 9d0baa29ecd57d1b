### Words for the fields of a card, for their groups, and for who asks to see them.

field-category = Category
field-valid_until = Permit valid until
field-restrictions = Restrictions
field-name = Name
field-nationality = Nationality
field-portrait = Portrait
field-employer = Employer
field-employer_id = Employer's credit code
field-occupation = Occupation
field-place = Place of work
field-social_security_number = Social security number
field-insurance_record = Insurance record
field-birth_day = Date of birth
field-passport = Passport number
field-permit_number = Work permit number
field-phone = Phone number
field-tier = Covers

group-person = Name and nationality
group-portrait = Portrait
group-employment = Employment
group-social_security = Social security
group-file = Date of birth and numbers

category-A = A: high-end talent
category-B = B: professional
category-C = C: other

tier-1 = Work permit
tier-2 = Work permit and social security services

profile-employer = Employer
profile-hospital = Hospital
profile-hotel = Hotel
profile-bank = Bank
profile-police = Police
profile-service-window = Service window
profile-gate = Gate

number-work-permit = Work permit number
number-social-security = Social security number
number-permanent-resident = Number of the permanent-resident card
number-passport = Passport number
number-card = Number of the social security card
number-issuance = Issuance number

certainty-certain = certain
certainty-likely = likely
certainty-possible = possible
