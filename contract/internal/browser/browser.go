// Package browser opens pages in a headless Chromium, for tests of pages. It speaks the
// DevTools protocol over the browser's own pipe, so that it needs neither a module nor
// a port.
package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// names are those that Chromium has, the one in the variable CHROMIUM first.
var names = []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"}

// deadline is how long anything may take.
const deadline = time.Minute

// Browser is a browser with one tab.
type Browser struct {
	t       testing.TB
	to      *os.File
	session string

	mu      sync.Mutex
	last    int
	answers map[int]chan answer
	events  []Event
	ended   error
}

// Event is something that the browser told by itself.
type Event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type answer struct {
	Event

	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// Start starts a browser that ends with the test. Where there is none the test is
// skipped.
func Start(tb testing.TB) *Browser {
	tb.Helper()
	at := slices.IndexFunc(names, func(name string) bool {
		_, err := exec.LookPath(name)
		return name != "" && err == nil
	})
	if at < 0 {
		tb.Skip("there is no Chromium here to open the page in: install chromium, or name one in CHROMIUM")
	}
	b := &Browser{t: tb, answers: map[int]chan answer{}}
	b.launch(names[at])
	var target struct{ TargetID, SessionID string }
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.Call(domain+".enable", nil, nil)
	}
	return b
}

func (b *Browser) launch(name string) {
	ctx, cancel := context.WithCancel(context.Background())
	//nolint:gosec // the name is from the list above, or the developer's own
	cmd := exec.CommandContext(ctx, name, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--window-size=1200,900", "--disable-background-networking", "--remote-debugging-pipe", "--user-data-dir="+b.t.TempDir(), "about:blank")
	ours, theirs := b.pipe(), b.pipe()
	cmd.ExtraFiles = []*os.File{ours[0], theirs[1]} // what Chromium reads is 3, what it writes 4
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.to = ours[1]
	_ = errors.Join(ours[0].Close(), theirs[1].Close())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.read(theirs[0])
	}()
	b.t.Cleanup(func() {
		b.call("", "Browser.close", nil, nil)
		time.AfterFunc(deadline, cancel)
		<-done
		_ = cmd.Wait()
		cancel()
		_ = errors.Join(ours[1].Close(), theirs[0].Close())
	})
}

func (b *Browser) pipe() [2]*os.File {
	r, w, err := os.Pipe()
	if err != nil {
		b.t.Fatal(err)
	}
	return [2]*os.File{r, w}
}

// read takes what the browser says, until it ends. Messages end with a zero byte.
func (b *Browser) read(from *os.File) {
	in := bufio.NewReader(from)
	for {
		text, err := in.ReadBytes(0)
		b.mu.Lock()
		if err != nil {
			b.ended = err
			for _, waiting := range b.answers {
				close(waiting)
			}
			b.answers = nil
			b.mu.Unlock()
			return
		}
		var a answer
		_ = json.Unmarshal(text[:len(text)-1], &a)
		if waiting := b.answers[a.ID]; waiting != nil {
			delete(b.answers, a.ID)
			waiting <- a
		} else if a.Method != "" {
			b.events = append(b.events, a.Event)
		}
		b.mu.Unlock()
	}
}

// Call calls a method of the protocol in the tab. into may be nil.
func (b *Browser) Call(method string, params, into any) {
	b.t.Helper()
	b.call(b.session, method, params, into)
}

func (b *Browser) call(session, method string, params, into any) {
	b.t.Helper()
	if params == nil {
		params = struct{}{}
	}
	b.mu.Lock()
	if b.ended != nil {
		b.mu.Unlock()
		b.t.Errorf("%s: the browser has ended: %v", method, b.ended)
		return
	}
	b.last++
	waiting := make(chan answer, 1)
	b.answers[b.last] = waiting
	message := map[string]any{"id": b.last, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	text, err := json.Marshal(message)
	b.mu.Unlock()
	if err == nil {
		_, err = b.to.Write(append(text, 0))
	}
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	select {
	case a, ok := <-waiting:
		switch {
		case !ok:
			if method != "Browser.close" {
				b.t.Fatalf("%s: the browser has ended", method)
			}
		case a.Error != nil:
			b.t.Fatalf("%s: %s", method, a.Error.Message)
		case into != nil:
			if err := json.Unmarshal(a.Result, into); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(deadline):
		b.t.Fatalf("%s: no answer within %s", method, deadline)
	}
}

// Open opens a page, and waits until it is loaded.
func (b *Browser) Open(url string) {
	b.t.Helper()
	b.Call("Page.navigate", map[string]any{"url": "about:blank"}, nil)
	b.Call("Page.navigate", map[string]any{"url": url}, nil)
	b.Eval(`new Promise((done) => document.readyState === "complete" ? done(1) : addEventListener("load", () => done(1)))`, nil)
}

// Eval gives the value of a JavaScript expression, or of what it promises.
func (b *Browser) Eval(expression string, into any) {
	b.t.Helper()
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		ExceptionDetails *struct {
			Text      string `json:"text"`
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	b.Call("Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
	}, &got)
	if e := got.ExceptionDetails; e != nil {
		b.t.Fatalf("%s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if into != nil {
		if err := json.Unmarshal(got.Result.Value, into); err != nil {
			b.t.Fatalf("%s: %v: %s", expression, err, got.Result.Value)
		}
	}
}

// Text gives the value of an expression that is a text.
func (b *Browser) Text(expression string) string {
	b.t.Helper()
	var text string
	b.Eval("String("+expression+")", &text)
	return text
}

// Key presses a key, such as Tab or Enter.
func (b *Browser) Key(key string, code int) {
	b.t.Helper()
	text := map[string]string{"Enter": "\r"}[key]
	for _, kind := range []string{"keyDown", "keyUp"} {
		params := map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
		if text != "" && kind == "keyDown" {
			params["text"] = text
		}
		b.Call("Input.dispatchKeyEvent", params, nil)
	}
}

// Problems are the messages on the console, and what was loaded beside pages from
// files.
func (b *Browser) Problems() []string {
	b.t.Helper()
	b.Eval("1", nil) // what came before it was told before its answer
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, e := range b.events {
		switch e.Method {
		case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening", "Network.loadingFailed":
			out = append(out, fmt.Sprintf("%s %s", e.Method, e.Params))
		case "Network.requestWillBeSent":
			var request struct {
				Request struct {
					URL string `json:"url"`
				} `json:"request"`
			}
			if err := json.Unmarshal(e.Params, &request); err != nil || !local(request.Request.URL) {
				out = append(out, "it loads "+request.Request.URL)
			}
		}
	}
	return out
}

func local(url string) bool {
	return strings.HasPrefix(url, "file:") || strings.HasPrefix(url, "data:,") || strings.HasPrefix(url, "about:")
}
