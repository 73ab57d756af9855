//! The independent parts of a problem: no sum reaches from one into another.
#![expect(clippy::indexing_slicing, reason = "relations were checked to name cells of the problem; local places are made here")]

use super::model::{Item, Model};

/// Cells that hang together, under places of their own.
#[derive(Debug, Clone)]
pub(super) struct Component {
    /// The place of each cell in the problem.
    pub(super) cells: Vec<usize>,
    pub(super) items: Vec<Item>,
    /// Each sum as cells with 1 for the total and −1 for the parts; known cells are left out.
    pub(super) sums: Vec<Vec<(usize, i64)>>,
    pub(super) width: i64,
    pub(super) threshold: i64,
}

/// The components that hold something to protect, in the order of their first cells.
pub(super) fn components(model: &Model<'_>) -> Vec<Component> {
    let mut leader: Vec<usize> = (0..model.items.len()).collect();
    for relation in model.relations {
        let mut first = None;
        for cell in relation.line().filter(|&cell| !model.items[cell].room.fixed()) {
            let root = find(&mut leader, cell);
            match first {
                None => first = Some(root),
                Some(other) => {
                    let other = find(&mut leader, other);
                    let (low, high) = (root.min(other), root.max(other));
                    leader[high] = low;
                }
            }
        }
    }
    let roots: Vec<usize> = (0..leader.len()).map(|cell| find(&mut leader, cell)).collect();
    let mut place = vec![usize::MAX; roots.len()];
    let mut components: Vec<Component> = Vec::new();
    let mut component_of = vec![usize::MAX; roots.len()];
    for (cell, &root) in roots.iter().enumerate() {
        // A known cell is a constant: it ties nothing together. A protected one is kept, to be found exposed.
        if model.items[cell].room.fixed() && !model.items[cell].protected {
            continue;
        }
        if component_of[root] == usize::MAX {
            component_of[root] = components.len();
            components.push(Component {
                cells: Vec::new(),
                items: Vec::new(),
                sums: Vec::new(),
                width: model.width,
                threshold: model.threshold,
            });
        }
        let component = &mut components[component_of[root]];
        place[cell] = component.cells.len();
        component.cells.push(cell);
        component.items.push(model.items[cell].clone());
    }
    for relation in model.relations {
        let mut sum: Vec<(usize, i64)> = Vec::new();
        let mut to = None;
        for (index, cell) in relation.line().enumerate() {
            if !model.items[cell].room.fixed() {
                sum.push((place[cell], if index == 0 { 1 } else { -1 }));
                to = Some(component_of[roots[cell]]);
            }
        }
        if let Some(to) = to {
            components[to].sums.push(sum);
        }
    }
    components.retain(|component| component.items.iter().any(|item| item.protected));
    components
}

fn find(leader: &mut [usize], cell: usize) -> usize {
    let mut root = cell;
    while leader[root] != root {
        leader[root] = leader[leader[root]];
        root = leader[root];
    }
    root
}
