"""The statements by which a staged batch (`intake_person`, ...) is taken into the register.

Parameters: `taken` (the import's id), `day` (from when a change holds), `within` (the region's
code and a point), `generated`, `other` (the code of another relative).
"""

FIND_PEOPLE = """
UPDATE intake_person AS given SET
  known = true,
  person = kept.id,
  problem = CASE WHEN NOT (kept.region_code || '.') ^@ %(within)s THEN 'person_elsewhere'
                 WHEN kept.merged_into_id IS NOT NULL THEN 'person_merged'
                 WHEN kept.life_status = 'dead' THEN 'person_deceased' END
FROM people_identifier AS own JOIN people_person AS kept ON kept.id = own.person_id
WHERE own.scheme = 'nik' AND own.index = given.index
"""

FIND_HOUSEHOLDS = """
UPDATE intake_household AS given SET
  household = kept.household_id,
  state = CASE WHEN (kept.region_code || '.') ^@ %(within)s THEN 'known' ELSE 'elsewhere' END
FROM people_householdnumber AS kept
WHERE kept.index = given.kk_index AND kept.valid_to IS NULL
"""

REFUSE = """
WITH refused AS (
  DELETE FROM intake_person AS given USING (
    SELECT each.row, coalesce(each.problem, 'card_elsewhere') AS problem
      FROM intake_person AS each LEFT JOIN intake_household AS card USING (kk_index)
     WHERE each.problem IS NOT NULL OR card.state = 'elsewhere'
  ) AS wrong WHERE wrong.row = given.row RETURNING given.row, wrong.problem
), emptied AS (
  DELETE FROM intake_household AS card WHERE NOT EXISTS (
    SELECT FROM intake_person AS each
     WHERE each.kk_index = card.kk_index AND each.row NOT IN (SELECT row FROM refused))
)
SELECT row, problem FROM refused
"""

MARK_CHANGED = """
UPDATE intake_person AS given SET changed = true
FROM people_person AS kept
WHERE given.known AND kept.id = given.person AND (
  (coalesce(given.name, kept.name), coalesce(given.sex, kept.sex),
   coalesce(given.birth_place, kept.birth_place), coalesce(given.birth_date, kept.birth_date),
   coalesce(given.religion, kept.religion), coalesce(given.marital, kept.marital_status),
   coalesce(given.education, kept.education), coalesce(given.occupation, kept.occupation),
   coalesce(given.mother_name, kept.mother_name), given.region, 'alive')
  IS DISTINCT FROM
  (kept.name, kept.sex, kept.birth_place, kept.birth_date, kept.religion, kept.marital_status,
   kept.education, kept.occupation, kept.mother_name, kept.region_code, kept.life_status))
"""

KEEP_FORMER = """
INSERT INTO people_importeffect (taken_id, region_code, kind, about, before)
SELECT %(taken)s, given.region, 'person-changed', kept.id, jsonb_build_object(
  'name', kept.name, 'sex', kept.sex, 'birth_place', kept.birth_place,
  'birth_date', kept.birth_date, 'religion', kept.religion,
  'marital_status', kept.marital_status, 'education', kept.education,
  'occupation', kept.occupation, 'mother_name', kept.mother_name,
  'region_code', kept.region_code, 'life_status', kept.life_status,
  'moved_on', kept.moved_on, 'moved_to', kept.moved_to)
FROM intake_person AS given JOIN people_person AS kept ON kept.id = given.person
WHERE given.known AND given.changed
"""

CHANGE_PEOPLE = """
UPDATE people_person AS kept SET
  name = coalesce(given.name, kept.name), sex = coalesce(given.sex, kept.sex),
  birth_place = coalesce(given.birth_place, kept.birth_place),
  birth_date = coalesce(given.birth_date, kept.birth_date),
  religion = coalesce(given.religion, kept.religion),
  marital_status = coalesce(given.marital, kept.marital_status),
  education = coalesce(given.education, kept.education),
  occupation = coalesce(given.occupation, kept.occupation),
  mother_name = coalesce(given.mother_name, kept.mother_name),
  region_code = given.region, life_status = 'alive', moved_on = NULL, moved_to = '',
  changed_at = now()
FROM intake_person AS given
WHERE given.known AND given.changed AND kept.id = given.person
"""

ADD_PEOPLE = """
INSERT INTO people_person (
  id, region_code, name, sex, birth_date, birth_place, life_status, moved_to, citizenship,
  religion, marital_status, education, occupation, father_name, mother_name, is_generated)
SELECT person, region, name, sex, birth_date, coalesce(birth_place, ''), 'alive', '', 'ID',
       religion, marital, education, occupation, '', coalesce(mother_name, ''), %(generated)s
FROM intake_person WHERE NOT known ORDER BY person
"""

ADD_IDENTIFIERS = """
INSERT INTO people_identifier (id, person_id, region_code, scheme, index, sealed)
SELECT identifier, person, region, 'nik', index, sealed
FROM intake_person WHERE NOT known ORDER BY identifier
"""

NOTE_ADDED = """
INSERT INTO people_importeffect (taken_id, region_code, kind, about)
SELECT %(taken)s, region, 'person-added', person FROM intake_person WHERE NOT known
"""

FIND_RENUMBERED = """
WITH newly AS MATERIALIZED (
  SELECT given.row, given.person, given.relation, given.kk_index
  FROM intake_person AS given JOIN intake_household AS card USING (kk_index)
  WHERE given.known AND card.state = 'new'
)
SELECT DISTINCT ON (member.household_id) given.kk_index, member.household_id, number.index
FROM newly AS given
JOIN people_member AS member
  ON member.person_id = given.person AND member.valid_to IS NULL AND member.relation = 1
JOIN people_householdnumber AS number
  ON number.household_id = member.household_id AND number.valid_to IS NULL
ORDER BY member.household_id, (given.relation = 1) DESC NULLS LAST, given.row
"""

MARK_RENUMBERED = """
UPDATE intake_household SET household = %s, state = 'renumbered', changed = true
WHERE kk_index = %s AND state = 'new'
"""

END_NUMBERS = """
UPDATE people_householdnumber AS kept
SET valid_to = greatest(kept.valid_from, %(day)s::date - 1)
FROM intake_household AS given
WHERE given.state = 'renumbered' AND kept.household_id = given.household AND kept.valid_to IS NULL
"""

ADD_NUMBERS_ANEW = """
INSERT INTO people_householdnumber (id, household_id, region_code, index, sealed, valid_from)
SELECT number_id, household, region, kk_index, sealed, %(day)s
FROM intake_household WHERE state = 'renumbered'
"""

NOTE_NUMBERS = """
INSERT INTO people_importeffect (taken_id, region_code, kind, about)
SELECT %(taken)s, region, 'number-added', number_id FROM intake_household
WHERE state = 'renumbered'
"""

ADD_HOUSEHOLDS = """
INSERT INTO people_household (id, region_code, is_generated)
SELECT household, region, %(generated)s FROM intake_household WHERE state = 'new'
ORDER BY household
"""

ADD_NUMBERS = """
INSERT INTO people_householdnumber (id, household_id, region_code, index, sealed)
SELECT number_id, household, region, kk_index, sealed FROM intake_household WHERE state = 'new'
ORDER BY number_id
"""

NOTE_HOUSEHOLDS = """
INSERT INTO people_importeffect (taken_id, region_code, kind, about)
SELECT %(taken)s, region, 'household-added', household FROM intake_household WHERE state = 'new'
"""

ASSIGN = """
UPDATE intake_person AS given
SET household = card.household, changed = given.changed OR card.changed
FROM intake_household AS card WHERE card.kk_index = given.kk_index AND card.state <> 'new'
"""

END_HOUSEHOLD_ADDRESSES = """
WITH ended AS (
  UPDATE people_address AS kept SET valid_to = greatest(kept.valid_from, %(day)s::date - 1)
  FROM intake_household AS given
  WHERE given.state <> 'new' AND kept.household_id = given.household AND kept.valid_to IS NULL
    AND (coalesce(given.street, kept.street), coalesce(given.rt, kept.rt),
         coalesce(given.rw, kept.rw), given.region)
        IS DISTINCT FROM (kept.street, kept.rt, kept.rw, kept.region_code)
  RETURNING kept.id, kept.household_id, kept.region_code, kept.street, kept.rt, kept.rw
), noted AS (
  INSERT INTO people_importeffect (taken_id, region_code, kind, about)
  SELECT %(taken)s, region_code, 'address-ended', id FROM ended
), moved AS (
  UPDATE intake_person AS given SET changed = true FROM ended
   WHERE given.household = ended.household_id
)
UPDATE intake_household AS given SET
  changed = true, street = coalesce(given.street, ended.street),
  rt = coalesce(given.rt, ended.rt), rw = coalesce(given.rw, ended.rw)
FROM ended WHERE given.household = ended.household_id
"""

ADD_HOUSEHOLD_ADDRESSES = """
WITH added AS (
  INSERT INTO people_address (
    id, household_id, region_code, street, rt, rw, postal_code, valid_from)
  SELECT given.address_id, given.household, given.region, coalesce(given.street, ''),
         coalesce(given.rt, ''), coalesce(given.rw, ''), '',
         CASE WHEN given.state <> 'new' THEN %(day)s::date END
  FROM intake_household AS given
  WHERE given.state = 'new' OR NOT EXISTS (
    SELECT FROM people_address AS kept
     WHERE kept.household_id = given.household AND kept.valid_to IS NULL)
  ORDER BY given.address_id
  RETURNING id, household_id, region_code, valid_from
)
INSERT INTO people_importeffect (taken_id, region_code, kind, about)
SELECT %(taken)s, region_code, 'address-added', id FROM added WHERE valid_from IS NOT NULL
"""

MOVE_HOUSEHOLDS = """
UPDATE people_household AS kept SET region_code = given.region
FROM intake_household AS given
WHERE given.state <> 'new' AND kept.id = given.household AND kept.region_code <> given.region
"""

MOVE_NUMBERS = """
UPDATE people_householdnumber AS kept SET region_code = given.region
FROM intake_household AS given
WHERE given.state <> 'new' AND kept.household_id = given.household
  AND kept.region_code <> given.region
"""

END_MEMBERS = """
WITH ended AS (
  UPDATE people_member AS kept SET valid_to = greatest(kept.valid_from, %(day)s::date - 1)
  FROM intake_person AS given
  WHERE given.known AND given.household IS NOT NULL AND kept.person_id = given.person
    AND kept.valid_to IS NULL
    AND (kept.household_id, kept.relation)
        IS DISTINCT FROM (given.household, coalesce(given.relation, kept.relation))
  RETURNING kept.id, kept.person_id, kept.region_code
), noted AS (
  INSERT INTO people_importeffect (taken_id, region_code, kind, about)
  SELECT %(taken)s, region_code, 'member-ended', id FROM ended
)
UPDATE intake_person AS given SET changed = true FROM ended WHERE given.person = ended.person_id
"""

DEMOTE_HEADS = """
UPDATE intake_person AS given SET relation = %(other)s
FROM intake_household AS card
WHERE given.relation = 1 AND card.kk_index = given.kk_index AND card.state <> 'new'
  AND given.person <> (
    SELECT head.person_id FROM people_member AS head
     WHERE head.household_id = card.household AND head.relation = 1 AND head.valid_to IS NULL)
RETURNING given.row
"""

ADD_MEMBERS = """
WITH added AS (
  INSERT INTO people_member (id, household_id, person_id, region_code, relation, valid_from)
  SELECT given.member, given.household, given.person, given.region,
         coalesce(given.relation, %(other)s), CASE WHEN given.known THEN %(day)s::date END
  FROM intake_person AS given
  WHERE given.household IS NOT NULL AND (NOT given.known OR NOT EXISTS (
    SELECT FROM people_member AS kept
     WHERE kept.person_id = given.person AND kept.valid_to IS NULL))
  ORDER BY given.member
  RETURNING id, person_id, region_code, valid_from
), noted AS (
  INSERT INTO people_importeffect (taken_id, region_code, kind, about)
  SELECT %(taken)s, region_code, 'member-added', id FROM added WHERE valid_from IS NOT NULL
)
UPDATE intake_person AS given SET changed = true
FROM added WHERE given.known AND given.person = added.person_id
"""

MOVE_MEMBERS = """
UPDATE people_member AS kept SET region_code = given.region
FROM intake_person AS given
WHERE given.known AND given.changed AND kept.person_id = given.person
  AND kept.valid_to IS NULL AND kept.region_code <> given.region
"""

END_ADDRESSES = """
WITH ended AS (
  UPDATE people_address AS kept SET valid_to = greatest(kept.valid_from, %(day)s::date - 1)
  FROM intake_person AS given
  WHERE given.known AND kept.person_id = given.person AND kept.valid_to IS NULL
    AND CASE WHEN given.apart
             THEN (coalesce(given.street, kept.street), coalesce(given.rt, kept.rt),
                   coalesce(given.rw, kept.rw), given.region)
                  IS DISTINCT FROM (kept.street, kept.rt, kept.rw, kept.region_code)
             ELSE given.street IS NOT NULL END
  RETURNING kept.id, kept.person_id, kept.region_code, kept.street, kept.rt, kept.rw
), noted AS (
  INSERT INTO people_importeffect (taken_id, region_code, kind, about)
  SELECT %(taken)s, region_code, 'address-ended', id FROM ended
)
UPDATE intake_person AS given SET
  changed = true, street = coalesce(given.street, ended.street),
  rt = coalesce(given.rt, ended.rt), rw = coalesce(given.rw, ended.rw)
FROM ended WHERE given.person = ended.person_id
"""

ADD_ADDRESSES = """
WITH added AS (
  INSERT INTO people_address (
    id, person_id, region_code, street, rt, rw, postal_code, valid_from)
  SELECT given.address_id, given.person, given.region, coalesce(given.street, ''),
         coalesce(given.rt, ''), coalesce(given.rw, ''), '',
         CASE WHEN given.known THEN %(day)s::date END
  FROM intake_person AS given
  WHERE given.apart AND coalesce(given.street, given.rt, given.rw) IS NOT NULL
    AND (NOT given.known OR NOT EXISTS (
      SELECT FROM people_address AS kept
       WHERE kept.person_id = given.person AND kept.valid_to IS NULL))
  ORDER BY given.address_id
  RETURNING id, person_id, region_code, valid_from
), noted AS (
  INSERT INTO people_importeffect (taken_id, region_code, kind, about)
  SELECT %(taken)s, region_code, 'address-added', id FROM added WHERE valid_from IS NOT NULL
)
UPDATE intake_person AS given SET changed = true
FROM added WHERE given.known AND given.person = added.person_id
"""

ADD_SECRETS = """
INSERT INTO people_personsecret (person_id, region_code, secret)
SELECT given.person, given.region, phone.secret
FROM intake_phone AS phone JOIN intake_person AS given USING (row)
ON CONFLICT DO NOTHING
"""

ADD_CONTACTS = """
WITH added AS (
  INSERT INTO people_contact (id, person_id, region_code, channel, index, sealed)
  SELECT phone.contact, given.person, given.region, 'phone', phone.index, phone.sealed
  FROM intake_phone AS phone JOIN intake_person AS given USING (row)
  JOIN people_personsecret AS own ON own.person_id = given.person AND own.secret = phone.secret
  RETURNING person_id
)
UPDATE intake_person AS given SET changed = true
FROM added WHERE given.known AND given.person = added.person_id
"""

PHONES_OF_THE_KNOWN = """
SELECT given.row, given.person, given.region, own.secret, phone.index
FROM intake_phone AS phone JOIN intake_person AS given USING (row)
JOIN people_personsecret AS own ON own.person_id = given.person AND own.secret <> phone.secret
WHERE given.known AND NOT EXISTS (
  SELECT FROM people_contact AS kept WHERE kept.person_id = given.person
   AND kept.channel = 'phone' AND kept.index = phone.index AND kept.ended_at IS NULL)
"""

ADD_CONTACT = """
INSERT INTO people_contact (id, person_id, region_code, channel, index, sealed)
VALUES (%s, %s, %s, 'phone', %s, %s)
"""

MARK_ROWS = "UPDATE intake_person SET changed = true WHERE row = ANY(%s)"

COUNT = """
SELECT count(*) FILTER (WHERE NOT known), count(*) FILTER (WHERE known AND changed),
       count(*) FILTER (WHERE known AND NOT changed)
FROM intake_person
"""
