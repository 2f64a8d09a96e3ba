package rule

// Spell writes the path of a member as an expression names it, such as
// query.`sort-key`.
func Spell(path []string) string { return spellPath(path) }
