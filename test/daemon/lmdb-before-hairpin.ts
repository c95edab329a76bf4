/**
 * A store as release 0.1 wrote it: `exampleSa(1)`, 3 and 4 without hairpin, 2 deleted, the next id 9.
 * `data.mdb`, compressed by gzip, in base64.
 */
export const STORE_BEFORE_HAIRPIN = [
  'H4sIAAAAAAACA+3dz2vTYBjA8fdNY6k6mqIbeNQcZY1Nf2zLLo6CgqAwEIvX2kapbq2uVbfJoAf13ItHtQcP3iwIiiAyBLEIO3sT',
  '/wO9eBNn2iZdk9UfxTEVvp9CyPvmffu8ze3J84YKERTpHj+sf3ql+PrdVqwzQvZ7ZWC211aH9m4f740LBdpe7Icfj0wIAAAAAADw',
  'R+QO5//enPCI+f+ewLwQ+T8AAAAAADtG2ZaXK86noTU07g0AAAAAALvtdPeoikW7ll+4HJ+/pV+sLC3ma/qsXrpatQvxJXshvxKv',
  '5ov6pH7DXqqWKmV91pzUy/Zy7VSxe1qoXC87ExKTerF0ya52TtdCgecAnbOIMKK3tXGtETWi3HkAAAAAwJZzA9npoytzZ0fOTtP9',
  '7DS1lZ2mzSlremp6Ziqxptx0I4yLutg4eeH53l7gyNyBsUKlXLYLNecr4yl9n2nNGOaMYRlW3Mltm7NeR9JIZvf3L5qJM87V1rxy',
  'TSTquW8vl7MrIiHe3DFXs01Zf/3+2GNZv/flaEuGXkiRWA+fGFvNimJ/DUI8jTz56q5B+NeQ9K3ByaubSa/DNMwfr0dx13O4t56W',
  'VM678Q5uCnH3bW7Tjff5uC+e6Ysnf/qbpRsj5sWQ6pD8XxFtrU39HwAAAACA/0as95hk2z5/r+29dx8ayP979X+hGdEH1P8BAAAA',
  'AAP6lXEnvbz/bkK6leqYvzKe9lWq1d+ujKtu1XrOq1qrg/sNnuU2lJH3G1jD9hukMlYmmZ620pl/Y7/BbtT/w0Pyf1U0tbbWZAcA',
  'AAAAAAB/2aHe4wgRfH8/+D96v6r/fwd+RzO6AHAAAA==',
].join('');
