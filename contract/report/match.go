package report

// Match reports whether a pattern is for an id, of a case or of a clause. In a
// pattern * stands for any characters, '.' and '/' included, and ? for one. The
// whole id must match. Nothing else means anything else, and ids have neither of
// the two: what is no letter, digit, '_' or '-' in a name of the contract is
// written _xx in them, so that the parameter filter[x] is filter_5bx_5d.
//
//	listThings.query.*            every clause and case of the query parameters
//	listThings.query.limit.*/*    every case of the clauses of limit
//	*.answer.500*                 everything about answers of status 500
func Match(pattern, id string) bool {
	p, i := 0, 0
	// The last star, and where what it stands for ends. To try again there is
	// enough: what an earlier star could take, the last one can too.
	star, end := -1, 0
	for i < len(id) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, end = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == id[i]):
			p++
			i++
		case star >= 0:
			end++
			p, i = star+1, end
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
