// Solves a DIMACS minimum-cost flow problem with LEMON and prints one line of JSON.
//
//   lemon ns|cos FILE             the plain call: network simplex or cost scaling
//   lemon split|split-cos FILE    each part that only the busiest node joins to others alone
//   lemon split-free FILE         likewise, all capacities dropped (right for markets only)
//
// CPU and wall time are of everything after reading: building the graph, solving, cost.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <sys/resource.h>

using Graph = lemon::SmartDigraph;
using Int = long long;

struct Arc {
  int tail, head;
  Int upper, cost;
};

struct Problem {
  std::vector<Int> supply;
  std::vector<Arc> arcs;
};

static double clockMS(clockid_t id) {
  timespec t;
  clock_gettime(id, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static Problem read(const char *name) {
  Problem p;
  FILE *f = fopen(name, "r");
  if (!f) {
    perror(name);
    exit(2);
  }
  char line[256];
  while (fgets(line, sizeof line, f)) {
    char *at = line + 1;
    auto next = [&] { return strtoll(at, &at, 10); };
    if (line[0] == 'p') {
      at = line + 5;
      p.supply.resize(next());
      p.arcs.reserve(next());
    } else if (line[0] == 'n') {
      Int v = next();
      p.supply[v - 1] = next();
    } else if (line[0] == 'a') {
      Arc a;
      a.tail = next() - 1;
      a.head = next() - 1;
      next();
      a.upper = next();
      a.cost = next();
      p.arcs.push_back(a);
    }
  }
  fclose(f);
  return p;
}

template <class Algorithm> static bool run(Algorithm &a, Int &cost) {
  bool ok = a.run() == Algorithm::OPTIMAL;
  if (ok) cost += a.template totalCost<Int>();
  return ok;
}

static bool solve(const Problem &p, bool scaling, bool drop, Int &cost) {
  Graph g;
  int nodes = p.supply.size(), arcs = p.arcs.size();
  g.reserveNode(nodes);
  g.reserveArc(arcs);
  for (int v = 0; v < nodes; v++) g.addNode();
  for (const Arc &a : p.arcs) g.addArc(g.nodeFromId(a.tail), g.nodeFromId(a.head));
  Graph::ArcMap<Int> upper(g), costs(g);
  Graph::NodeMap<Int> supply(g);
  for (int v = 0; v < nodes; v++) supply[g.nodeFromId(v)] = p.supply[v];
  for (int e = 0; e < arcs; e++) {
    upper[g.arcFromId(e)] = drop ? std::numeric_limits<Int>::max() : p.arcs[e].upper;
    costs[g.arcFromId(e)] = p.arcs[e].cost;
  }
  if (scaling) {
    lemon::CostScaling<Graph, Int, Int> a(g);
    a.upperMap(upper).costMap(costs).supplyMap(supply);
    return run(a, cost);
  }
  lemon::NetworkSimplex<Graph, Int, Int> a(g);
  a.upperMap(upper).costMap(costs).supplyMap(supply);
  return run(a, cost);
}

// split gives the parts that are left when the node with most arcs is taken away; it is
// the last node of each.
static std::vector<Problem> split(const Problem &p) {
  int n = p.supply.size();
  std::vector<int> degree(n), up(n), part(n, -1), local(n);
  for (const Arc &a : p.arcs) degree[a.tail]++, degree[a.head]++;
  int hub = 0;
  for (int v = 0; v < n; v++)
    if (degree[v] > degree[hub]) hub = v;
  std::iota(up.begin(), up.end(), 0);
  auto find = [&](int v) {
    while (up[v] != v) v = up[v] = up[up[v]];
    return v;
  };
  for (const Arc &a : p.arcs)
    if (a.tail != hub && a.head != hub) up[find(a.tail)] = find(a.head);
  std::vector<Problem> parts;
  for (int v = 0; v < n; v++) {
    if (v == hub) continue;
    int r = find(v);
    if (part[r] < 0) {
      part[r] = parts.size();
      parts.emplace_back();
    }
    part[v] = part[r];
    local[v] = parts[part[v]].supply.size();
    parts[part[v]].supply.push_back(p.supply[v]);
  }
  for (Problem &q : parts) q.supply.push_back(-std::accumulate(q.supply.begin(), q.supply.end(), Int(0)));
  for (Arc a : p.arcs) {
    Problem &q = parts[part[a.tail == hub ? a.head : a.tail]];
    int last = q.supply.size() - 1;
    a.tail = a.tail == hub ? last : local[a.tail];
    a.head = a.head == hub ? last : local[a.head];
    q.arcs.push_back(a);
  }
  return parts;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  std::string how = argv[1];
  Problem p = read(argv[2]);
  double cpu = clockMS(CLOCK_PROCESS_CPUTIME_ID), wall = clockMS(CLOCK_MONOTONIC);
  bool scaling = how == "cos" || how == "split-cos", ok = true;
  Int cost = 0;
  if (how == "ns" || how == "cos") {
    ok = solve(p, scaling, false, cost);
  } else {
    for (const Problem &q : split(p)) ok = solve(q, scaling, how == "split-free", cost) && ok;
  }
  cpu = clockMS(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  wall = clockMS(CLOCK_MONOTONIC) - wall;
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  printf("{\"ok\":%s,\"cost\":\"%lld\",\"cpu_ms\":%.3f,\"wall_ms\":%.3f,\"peak_kb\":%ld}\n", ok ? "true" : "false", cost, cpu, wall, u.ru_maxrss);
}
