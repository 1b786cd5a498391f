/**
 * SQL of type `integer[]`: whose bindings count for a user, and whose things they see as theirs; the user, their teams, and
 * the teams that these are in. @param userId - an expression of type `integer`
 */
export const subjectIdsOfUser = (userId: string): string => `(${userId} || ARRAY(
  SELECT m.team_id FROM team_members m WHERE m.user_id = ${userId}
  UNION SELECT t.parent_id FROM team_members m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = ${userId} AND t.parent_id IS NOT NULL))`;

/** SQL of type `integer[]`: the teams that a user leads. */
export const teamsLedByUser = (userId: string): string =>
  `ARRAY(SELECT m.team_id FROM team_members m WHERE m.user_id = ${userId} AND m.role = 'lead')`;
