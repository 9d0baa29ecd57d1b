### The services of the card, by name. Which of them are open is said by the codes of wallet.ftl.

service-permit-information = Your work permit, with all its data
service-permit-code = A code that anybody can check, also without a network
service-permit-notices = Notices about your work permit
service-contribution-record = Record of contributions and entitlements
service-pension-inquiry = Pension estimate and inquiry
service-benefit-certification = Proof that you are still entitled to a benefit
service-pension-transfer = Move the pension account to another place
service-unemployment-benefit = Unemployment benefit
service-work-injury = Settlement after a work injury
service-employment-subsidies = Subsidies for employment, training and skills
service-exam-registration = Registration for professional examinations
service-medical-care = Medical registration and settlement; hospitals mostly read the separate medical insurance code
service-allowances = Allowances paid onto the card
service-transport-and-culture = Transport, libraries, museums and parks
service-family-service = Services for relatives
