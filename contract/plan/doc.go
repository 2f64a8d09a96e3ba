// Package plan derives the cases that hold an implementation to a contract.
//
// A case is one request and what the contract expects of its answer. Each case
// enforces exactly one clause and has that clause's level. Planning is pure:
// the same contract, target and options give the same plan, byte for byte.
// Times are held as offsets from now and become RFC 3339 texts when a case is
// sent, so that a plan does not age.
//
//	{
//	  "id": "listThings.query.limit.maximum/above-in-smallest",
//	  "clause": "listThings.query.limit.maximum",
//	  "level": "must",
//	  "technique": "boundary",
//	  "request": {"method": "GET", "path": "/v1/things", "parameters": [
//	    {"in": "query", "name": "limit", "value": 101}]},
//	  "expect": {"outcome": "refused", "statuses": ["400"]}
//	}
//
// The method Plan of contract.Contract makes one. Build, and whatever else takes a
// *spec.Contract, is for the packages of this module.
package plan
