package contract_test

const openapiIntroduction = `# What is read of OpenAPI

This page says what Clause reads of a description, and what comes of it. Its tables are made by a test from the tables of the code, and from
what happens to values; ` + "`go test ./contract -run OpenAPIDoc -update`" + ` writes them anew.

Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are read, in JSON and YAML, from a file, a URL or standard input, up to 16 MiB each. Swagger 2.0 is
converted to 3.0 first, on the text itself, so that every message names the line of the file. A reference may lead to any place of any file
below the directory of the description, to the host that it was fetched from, and elsewhere only with ` + "`--remote-refs`" + `.

Nothing but what is no OpenAPI at all is refused. What cannot be used is left out or mended, with a warning that says where it stands and what
it costs; what is harmless is a note. ` + "`clause lint`" + ` prints both, ` + "`--json`" + ` all of them, and ` + "`--strict`" + ` takes them for problems. In
` + "`x-contract`" + ` nothing is mended.

What is left out never makes a description say more. A response that cannot be read has any body; an operation whose parameter or body cannot
be read, and may be needed, gets no request; and a method whose operation cannot be read is not taken for one that the path lacks. A Swagger
2.0 file that lists no media types forbids none.

## Keywords of schemas

*answers*: values in answers are held to it. *requests that break it*: a case sends a value that breaks it, and nothing else. *enforce*: the
generated server refuses a request that breaks it. Keywords that a library judges make one clause for the schema, which says whether all that
it states is kept; it judges in OpenAPI 3.0 too, where they do not belong, with a note.

Patterns are those of ECMA-262. One that RE2 can say in other words is matched in linear time, another by backtracking within a limit; what
could not be decided within it is held against nobody. One that cannot be read is left out, and values are then taken from examples alone.

The parts of ` + "`allOf`" + ` are read as one schema wherever one can say the same, so that their members have clauses and cases of their own.

Types of Go come of ` + "`type`, `format`, `enum`, `nullable`, `properties`, `required`, `items`, `additionalProperties`, `allOf`, `anyOf`, `oneOf` and" + `
` + "`discriminator`" + `; the other keywords make none, and ` + "`contract/enforce`" + ` holds requests to them.

`

const openapiObjects = `
## Other objects

What has another field is told, and the field is left out; fields that begin with ` + "`x-`" + ` say nothing, but for ` + "`x-contract`" + ` and
` + "`x-dependencies`" + ` ([contract.md](contract.md)). Requests are written as JSON, forms, texts and bytes
([answers.md](answers.md)); of other media types an example is sent as it is. Answers are judged where they are JSON, which the
report says.
`
