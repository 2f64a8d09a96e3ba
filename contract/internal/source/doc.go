// Package source turns API descriptions, as people write them and servers emit
// them, into one located tree that the later stages can rely on.
//
// A description goes through these steps, each of which keeps the file, line and
// column of every value:
//
//   - opening: a file, standard input or a URL, within limits (Open);
//   - reading: JSON by RFC 8259, everything else as YAML, into Nodes (Parse);
//   - telling what is no OpenAPI at all, and what it is instead (identify.go);
//   - laying overlays over it, on the tree as it was read (overlay.go);
//   - bundling: references to other files and to odd places become references
//     to components (bundle);
//   - conversion of Swagger 2.0 to OpenAPI 3.0 (convert);
//   - cleaning: what cannot be used is left out, with a warning that says what
//     that costs (clean).
//
// Load takes all of them. ReadTree reads a file of our own, such as a target file,
// and nothing but that. Only what is no OpenAPI at all, or cannot be read, is
// an error; everything else is a Problem beside the tree. A tree is never changed
// once it is made, and may be shared.
package source
