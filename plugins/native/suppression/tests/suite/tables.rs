//! Tables to test with: any number of dimensions, each a hierarchy; years that follow each other; random counts.

use todokede_suppression::{Cell, Problem, Relation, Solution, State};

/// splitmix64: the same numbers everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// A dimension: each node with its children; the first `leaves` nodes have none.
#[derive(Clone)]
pub(crate) struct Dimension {
    pub(crate) nodes: Vec<Vec<usize>>,
    pub(crate) leaves: usize,
}

/// Leaves and their total.
pub(crate) fn flat(leaves: usize) -> Dimension {
    let mut nodes = vec![Vec::new(); leaves];
    nodes.push((0..leaves).collect());
    Dimension { nodes, leaves }
}

/// Groups of leaves, their totals, and the total of all.
pub(crate) fn grouped(groups: &[usize]) -> Dimension {
    let leaves = groups.iter().sum();
    let mut nodes = vec![Vec::new(); leaves];
    let mut first = 0;
    for &size in groups {
        nodes.push((first..first + size).collect());
        first += size;
    }
    nodes.push((leaves..leaves + groups.len()).collect());
    Dimension { nodes, leaves }
}

impl Dimension {
    fn leaves_of(&self, node: usize) -> Vec<usize> {
        if node < self.leaves { vec![node] } else { self.nodes[node].iter().flat_map(|&child| self.leaves_of(child)).collect() }
    }
}

/// The table over some dimensions with given counts of the innermost cells, the last dimension fastest.
pub(crate) fn cross(dimensions: &[Dimension], counts: &[u64]) -> Problem {
    let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.nodes.len()).collect();
    let cells = sizes.iter().product::<usize>();
    let at = |place: usize| -> Vec<usize> {
        let mut rest = place;
        let mut at: Vec<usize> = sizes
            .iter()
            .rev()
            .map(|&size| {
                let node = rest % size;
                rest /= size;
                node
            })
            .collect();
        at.reverse();
        at
    };
    let place = |at: &[usize]| at.iter().zip(&sizes).fold(0, |place, (&node, &size)| place * size + node);
    let mut problem = Problem::default();
    for cell in 0..cells {
        let at = at(cell);
        let mut value = 0;
        let lists: Vec<Vec<usize>> = dimensions.iter().zip(&at).map(|(dimension, &node)| dimension.leaves_of(node)).collect();
        let mut index = vec![0; lists.len()];
        'all: loop {
            let leaf = lists
                .iter()
                .zip(&index)
                .zip(dimensions)
                .fold(0, |leaf, ((list, &i), dimension)| leaf * dimension.leaves + list[i]);
            value += counts[leaf];
            for d in (0..index.len()).rev() {
                index[d] += 1;
                if index[d] < lists[d].len() {
                    continue 'all;
                }
                index[d] = 0;
            }
            break;
        }
        let id = at.iter().map(|node| format!("{node:02}")).collect::<Vec<_>>().join(".");
        problem.cells.push(Cell::publish(id, value));
        for (d, dimension) in dimensions.iter().enumerate().filter(|(d, dimension)| !dimension.nodes[at[*d]].is_empty()) {
            let parts: Vec<usize> = dimension.nodes[at[d]]
                .iter()
                .map(|&child| {
                    let mut at = at.clone();
                    at[d] = child;
                    place(&at)
                })
                .collect();
            problem.relations.push(Relation::new(cell, parts));
        }
    }
    problem
}

/// One line: the parts, then their total.
pub(crate) fn line(parts: &[u64]) -> Problem {
    cross(&[flat(parts.len())], parts)
}

/// Random innermost counts: zeros, small and large ones.
pub(crate) fn counts(random: &mut Random, dimensions: &[Dimension], largest: u64) -> Vec<u64> {
    let cells = dimensions.iter().map(|dimension| dimension.leaves).product();
    (0..cells)
        .map(|_| match random.below(10) {
            0..2 => 0,
            2..5 => 1 + random.below(4),
            5..8 => 1 + random.below(12),
            _ => 1 + random.below(largest),
        })
        .collect()
}

/// The cumulative table of a year, after a year that is out: `before` as published, `now`, and the hidden increments.
pub(crate) fn after(before: &Problem, published: &Solution, now: &Problem) -> Problem {
    let n = now.cells.len();
    let mut problem = Problem::default();
    for (cell, was) in before.cells.iter().zip(&published.published.cells) {
        problem.cells.push(Cell::out(format!("1/{}", cell.id), cell.value, was.shown));
    }
    for cell in &now.cells {
        problem.cells.push(Cell { id: format!("2/{}", cell.id), ..cell.clone() });
    }
    for (cell, was) in now.cells.iter().zip(&before.cells) {
        problem.cells.push(Cell::hidden(format!("+/{}", cell.id), cell.value - was.value));
    }
    for shift in [0, n] {
        problem.relations.extend(now.relations.iter().map(|relation| {
            Relation::new(relation.total + shift, relation.parts.iter().map(|part| part + shift).collect::<Vec<_>>())
        }));
    }
    for cell in 0..n {
        problem.relations.push(Relation::new(n + cell, vec![cell, 2 * n + cell]));
    }
    problem
}

/// How many cells may be masked.
pub(crate) fn publishable(problem: &Problem) -> usize {
    problem.cells.iter().filter(|cell| cell.state == State::Publish).count()
}
