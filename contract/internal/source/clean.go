package source

type cleaner struct{}

func tidyServer(c *cleaner, n *Node) *Node               { return n }
func tidyRequirement(c *cleaner, n *Node) *Node          { return n }
func tidyParameter(c *cleaner, n *Node) *Node            { return n }
func tidyHeader(c *cleaner, n *Node) *Node               { return n }
func tidyBody(c *cleaner, n *Node) *Node                 { return n }
func tidyResponse(c *cleaner, n *Node) *Node             { return n }
func tidyMedia(c *cleaner, n *Node) *Node                { return n }
func tidyOperation(c *cleaner, n *Node) *Node            { return n }
func tidyPath(c *cleaner, n *Node) *Node                 { return n }
func tidyScheme(c *cleaner, n *Node) *Node               { return n }
func tidyRoot(c *cleaner, n *Node) *Node                 { return n }
func tidyParts(c *cleaner, n *Node) *Node                { return n }
func tidySchema(c *cleaner, n *Node) *Node               { return n }
func clean(root *Node, v Version, found *problems) *Node { return root }
