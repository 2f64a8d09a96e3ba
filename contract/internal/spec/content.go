package spec

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"sync"
)

// holdsContent notes of a schema of bytes what they are: of some media types there is a
// sample, and of others only an example tells what is valid.
func (s *Schema) holdsContent(mediaType string) {
	name := MediaName(mediaType)
	switch {
	case name == "" || name == octetsType || name == textType || s.Type != "string" && s.Type != "" || s.Example != nil:
		return
	case name == "text/csv":
		s.Example = "name,count\nexample,1\n"
	case IsJSON(name):
		s.Example = "{}"
	case strings.HasPrefix(name, "text/"):
	default:
		s.Content = name
		if sample, ok := images()[name]; ok {
			s.Example = sample
		}
	}
}

// images returns pictures of one pixel.
var images = sync.OnceValue(func() map[string]string {
	pixel := image.NewGray(image.Rect(0, 0, 1, 1))
	out := map[string]string{"image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`}
	for name, write := range map[string]func(w io.Writer) error{
		"image/png":  func(w io.Writer) error { return png.Encode(w, pixel) },
		"image/jpeg": func(w io.Writer) error { return jpeg.Encode(w, pixel, nil) },
		"image/gif":  func(w io.Writer) error { return gif.Encode(w, pixel, nil) },
	} {
		var b bytes.Buffer
		if write(&b) == nil {
			out[name] = b.String()
		}
	}
	return out
})
