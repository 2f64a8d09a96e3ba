package spec

import "github.com/apiclause/clause/contract/internal/rule"

// RuleEnv gives the environment that the operation's rules are compiled in, for
// who makes further expressions over the same request.
func (op *Operation) RuleEnv() (*rule.Env, error) { return rule.NewEnv(op.ruleGroups()) }
