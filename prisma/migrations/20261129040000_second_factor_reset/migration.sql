ALTER TABLE member_operation DROP CONSTRAINT member_operation_kind_known;
ALTER TABLE member_operation ADD CONSTRAINT member_operation_kind_known
  CHECK (kind IN ('create-account', 'start-account', 'reset-password', 'reset-second-factor', 'require-action', 'sign-out', 'match-access', 'send-invitation'));
