// Command try starts what was generated of the contracts beside it, and sends what
// clients and servers get wrong. Package generate's tests make a module of it.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"try/bodies"
	"try/empty"
	"try/modern"
	"try/names"
	"try/old"
	"try/routes"
	"try/styles"
)

func main() {
	start("bodies", func(m *http.ServeMux) { bodies.HandlerFromMux(bodies.NewStrictHandler(nil, nil), m) }, bodies.LoadContract)
	start("empty", func(m *http.ServeMux) { empty.HandlerFromMux(empty.NewStrictHandler(nil, nil), m) }, empty.LoadContract)
	start("modern", func(m *http.ServeMux) { modern.HandlerFromMux(modern.NewStrictHandler(nil, nil), m) }, modern.LoadContract)
	start("names", func(m *http.ServeMux) { names.HandlerFromMux(names.NewStrictHandler(nil, nil), m) }, names.LoadContract)
	start("old", func(m *http.ServeMux) { old.HandlerFromMux(old.NewStrictHandler(nil, nil), m) }, old.LoadContract)
	start("routes", func(m *http.ServeMux) { routes.HandlerFromMux(routes.NewStrictHandler(nil, nil), m) }, routes.LoadContract)
	start("styles", func(m *http.ServeMux) { styles.HandlerFromMux(styles.NewStrictHandler(nil, nil), m) }, styles.LoadContract)
	tryRoutes()
	tryStyles()
	tryBodies()
}

func start[T any](name string, register func(*http.ServeMux), load func() (T, error)) {
	defer func() {
		if failure := recover(); failure != nil {
			fmt.Println(name, "panics:", failure)
		}
	}()
	register(http.NewServeMux())
	if _, err := load(); err != nil {
		fmt.Println(name, "has no contract:", err)
		return
	}
	fmt.Println(name, "starts")
}

func said(response *http.Response, err error) {
	if err != nil {
		fmt.Println("fails:", err)
		return
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusUnauthorized {
		text, _ := io.ReadAll(response.Body)
		fmt.Println(response.Request.URL, response.StatusCode, string(text))
	}
}

type routesServer struct{ routes.StrictServerInterface }

func (routesServer) Ab(_ context.Context, r routes.AbRequestObject) (routes.AbResponseObject, error) {
	fmt.Printf("ab %q\n", r.X)
	return routes.Ab200Response{}, nil
}

func (routesServer) Ac(_ context.Context, r routes.AcRequestObject) (routes.AcResponseObject, error) {
	fmt.Printf("ac %q\n", r.Y)
	return routes.Ac200Response{}, nil
}

func (routesServer) AcSlash(context.Context, routes.AcSlashRequestObject) (routes.AcSlashResponseObject, error) {
	fmt.Println("ac/")
	return routes.AcSlash200Response{}, nil
}

func (routesServer) FileJSON(_ context.Context, r routes.FileJSONRequestObject) (routes.FileJSONResponseObject, error) {
	fmt.Printf("fileJSON %q\n", r.Name)
	return routes.FileJSON200Response{}, nil
}

func (routesServer) File(_ context.Context, r routes.FileRequestObject) (routes.FileResponseObject, error) {
	fmt.Printf("file %q\n", r.Name)
	return routes.File200Response{}, nil
}

func (routesServer) Cancel(_ context.Context, r routes.CancelRequestObject) (routes.CancelResponseObject, error) {
	fmt.Println("cancel", r.ID)
	return routes.Cancel200Response{}, nil
}

func (routesServer) Job(_ context.Context, r routes.JobRequestObject) (routes.JobResponseObject, error) {
	fmt.Println("job", r.ID)
	return routes.Job200Response{}, nil
}

func (routesServer) Range(_ context.Context, r routes.RangeRequestObject) (routes.RangeResponseObject, error) {
	fmt.Println("range", r.From, r.To)
	return routes.Range200Response{}, nil
}

func (routesServer) Odd(_ context.Context, r routes.OddRequestObject) (routes.OddResponseObject, error) {
	fmt.Printf("odd %q %q %q\n", r.ADashB, r.AB, r.ADotB)
	return routes.Odd200Response{}, nil
}

func (routesServer) Percent(_ context.Context, r routes.PercentRequestObject) (routes.PercentResponseObject, error) {
	fmt.Printf("percent %q\n", r.X)
	return routes.Percent200Response{}, nil
}

func (routesServer) Root(context.Context, routes.RootRequestObject) (routes.RootResponseObject, error) {
	fmt.Println("root")
	return routes.Root200Response{}, nil
}

func tryRoutes() {
	server := httptest.NewServer(routes.HandlerFromMuxWithBaseURL(routes.NewStrictHandler(routesServer{}, nil), http.NewServeMux(), "/api"))
	defer server.Close()
	c, _ := routes.NewClient(server.URL + "/api")
	ctx := context.Background()
	said(c.Root(ctx))
	said(c.Ab(ctx, "d"))
	said(c.Ac(ctx, "d"))
	said(c.Ac(ctx, "b"))
	said(c.AcSlash(ctx))
	said(c.FileJSON(ctx, "x.y"))
	said(c.File(ctx, "x.yaml"))
	said(c.File(ctx, ".."))
	said(c.File(ctx, "."))
	said(c.File(ctx, "a/b?c#d%2F ü"))
	said(c.Cancel(ctx, 7))
	said(c.Job(ctx, 7))
	said(c.Range(ctx, 1, 20))
	said(c.Odd(ctx, "1", "2", "3"))
	said(c.Percent(ctx, "x"))
	for _, target := range []string{"/api/none", "/api/file/x"} {
		response, err := http.Post(server.URL+target, "", nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(target, response.StatusCode, response.Header.Get("Allow"))
	}
}

type stylesServer struct{ styles.StrictServerInterface }

func (stylesServer) Query(_ context.Context, r styles.QueryRequestObject) (styles.QueryResponseObject, error) {
	p := r.Params
	fmt.Printf("query %q %q %q %q %v %v\n", *p.Csv, *p.Ex, *p.Pipe, *p.Space, *p.N, *p.I)
	return styles.Query200Response{}, nil
}

func (stylesServer) Simple(_ context.Context, r styles.SimpleRequestObject) (styles.SimpleResponseObject, error) {
	fmt.Printf("simple %q %v %v %v\n", r.S, r.L, *r.O.A, *r.O.B)
	return styles.Simple200Response{}, nil
}

func tryStyles() {
	server := httptest.NewServer(styles.Handler(styles.NewStrictHandler(stylesServer{}, nil)))
	defer server.Close()
	c, _ := styles.NewClient(server.URL)
	ctx := context.Background()
	said(c.Query(ctx, &styles.QueryParams{
		A: "a", Csv: &[]string{"x,y", "z"}, Ex: &[]string{"x,y", "z"}, Pipe: &[]string{"x|y", "z"}, Space: &[]string{"x", "z"},
		N: new(16777217.5), I: new(int64(9007199254740993)), XReq: 1,
	}))
	type pair = struct {
		A *string `json:"a,omitempty"`
		B *string `json:"b,omitempty"`
	}
	said(c.Simple(ctx, "..", []int64{1, 2}, pair{new("u"), new("v")}))
}

type bodiesServer struct{ bodies.StrictServerInterface }

func (bodiesServer) Every(_ context.Context, r bodies.EveryRequestObject) (bodies.EveryResponseObject, error) {
	switch {
	case r.ApplicationVndAPIPlusJSONBody != nil:
		fmt.Println("vendor", *r.ApplicationVndAPIPlusJSONBody.Price)
	case r.JSONBody != nil:
		fmt.Println("json", *r.JSONBody.Price, *r.JSONBody.Count)
	default:
		fmt.Println("raw", r.Body != nil)
	}
	return bodies.Every401JSONResponse{Body: "any"}, nil
}

func tryBodies() {
	server := httptest.NewServer(bodies.Handler(bodies.NewStrictHandler(bodiesServer{}, nil)))
	defer server.Close()
	c, _ := bodies.NewClientWithResponses(server.URL)
	thing := bodies.Thing{Name: "n", Price: new(999999999.99), Count: new(int64(4294967297))}
	answer, err := c.EveryWithResponse(context.Background(), thing)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("answer", *answer.JSON401)
	said(c.EveryWithApplicationVndAPIPlusJSONBody(context.Background(), thing))
	said(c.EveryWithBody(context.Background(), "image/png", nil))
}
